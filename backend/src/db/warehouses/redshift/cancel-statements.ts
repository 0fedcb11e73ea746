import {
  CancelStatementCommand,
  DescribeStatementCommand,
  ListStatementsCommand,
  ValidationException,
  type RedshiftDataClient,
  type StatementData,
} from '@aws-sdk/client-redshift-data';
import { DomainError } from '@foretell/core/domain/errors';

type Client = Pick<RedshiftDataClient, 'send'>;

const over: ReadonlySet<string | undefined> = new Set(['FINISHED', 'FAILED', 'ABORTED']);
export const isOver = (status: string | undefined): boolean => over.has(status);

/** False when it cannot be cancelled: it was over already, or has not begun. */
export async function cancelStatement(client: Client, id: string): Promise<boolean> {
  try {
    await client.send(new CancelStatementCommand({ Id: id }));
    return true;
  } catch (error) {
    if (error instanceof ValidationException) return false;
    throw error;
  }
}

/** Of this role, in whichever of its sessions: a worker that died had another. */
async function unfinished(client: Client, labels: string): Promise<StatementData[]> {
  const found: StatementData[] = [];
  let NextToken: string | undefined;
  do {
    const asked = { StatementName: labels, Status: 'ALL', RoleLevel: true, NextToken } as const;
    const page = await client.send(new ListStatementsCommand(asked));
    found.push(...(page.Statements ?? []));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return found.filter(({ Status }) => !isOver(Status));
}

/**
 * Ends the statements whose labels begin so, but those of the label `except`, whoever submitted them. What is over stays as
 * it is. Throws `unavailable` where one goes on nevertheless.
 */
export async function cancelStatements(client: Client, labels: string, except?: string): Promise<void> {
  for (const { Id = '', StatementName } of await unfinished(client, labels)) {
    if (StatementName === except || (await cancelStatement(client, Id))) continue;
    const { Status } = await client.send(new DescribeStatementCommand({ Id }));
    if (!isOver(Status))
      throw new DomainError('unavailable', `Redshift cannot cancel statement ${Id} yet: it is ${Status}.`);
  }
}
