import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  ValidationException,
  type DescribeStatementResponse,
  type Field,
  type RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { DomainError } from '@foretell/core/domain/errors';

export type Parameters = Record<string, string>;
export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

/** Redshift by its Data API. */
export interface Warehouse {
  /** One statement that answers rows, all of them in memory. */
  query(sql: string, parameters?: Parameters): Promise<Row[]>;
  /** All statements in one session and one transaction: every one of them, or none. */
  transaction(statements: readonly string[]): Promise<void>;
}

export interface WarehouseOptions {
  workgroup: string;
  database: string;
}

/** The Data API waits as long as this for a statement to end before it answers that it runs still. */
const waitSeconds = 20;

const ended = new Set(['FINISHED', 'FAILED', 'ABORTED']);
/** A transaction lost against another that wrote the same table: run again, it succeeds. */
const conflict = /serializable isolation violation|conflict with concurrent|deadlock/i;

function unavailable(error: unknown): DomainError {
  const detail = error instanceof Error ? error.message : String(error);
  return new DomainError('unavailable', `The warehouse did not answer: ${detail}`, { cause: error });
}

/** The API down, busy, or having lost the statement is worth another try; what it refuses as wrong is not. */
async function asking<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof ValidationException ? error : unavailable(error);
  }
}

function failure({ Status, Error: detail = 'no reason given' }: DescribeStatementResponse): Error {
  if (Status === 'ABORTED' || conflict.test(detail)) return unavailable(new Error(detail));
  return new Error(`The warehouse refused a statement: ${detail}`);
}

function cellOf(field: Field): Cell {
  return field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue ?? null;
}

export function createWarehouse(client: RedshiftDataClient, options: WarehouseOptions): Warehouse {
  const target = { WorkgroupName: options.workgroup, Database: options.database };

  async function end(id: string | undefined): Promise<DescribeStatementResponse> {
    for (;;) {
      const described = await asking(() =>
        client.send(new DescribeStatementCommand({ Id: id, WaitTimeSeconds: waitSeconds })),
      );
      if (ended.has(described.Status ?? '')) return described;
    }
  }

  async function finished(id: string | undefined): Promise<void> {
    const described = await end(id);
    if (described.Status !== 'FINISHED') throw failure(described);
  }

  async function rowsOf(id: string | undefined): Promise<Row[]> {
    const rows: Row[] = [];
    let token: string | undefined;
    do {
      const ask = { Id: id, ...(token === undefined ? {} : { NextToken: token }) };
      const page = await asking(() => client.send(new GetStatementResultCommand(ask)));
      const names = (page.ColumnMetadata ?? []).map((column) => column.name ?? '');
      for (const record of page.Records ?? [])
        rows.push(Object.fromEntries(record.map((field, index) => [names[index] ?? '', cellOf(field)])));
      token = page.NextToken;
    } while (token !== undefined);
    return rows;
  }

  return {
    async query(sql, parameters = {}) {
      const named = Object.entries(parameters).map(([name, value]) => ({ name, value }));
      const statement = {
        ...target,
        Sql: sql,
        WaitTimeSeconds: waitSeconds,
        ...(named.length > 0 ? { Parameters: named } : {}),
      };
      const { Id } = await asking(() => client.send(new ExecuteStatementCommand(statement)));
      await finished(Id);
      return rowsOf(Id);
    },
    async transaction(statements) {
      const batch = { ...target, Sqls: [...statements], WaitTimeSeconds: waitSeconds };
      const { Id } = await asking(() => client.send(new BatchExecuteStatementCommand(batch)));
      await finished(Id);
    },
  };
}
