import type { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import type { ConnectionRequest } from '@foretell/core/contracts/sources';
import { DomainError } from '@foretell/core/domain/errors';
import { unloadKeys } from '@foretell/core/domain/lake-keys';
import type { Egress } from '@foretell/core/node/egress';
import { newId } from '@foretell/core/node/new-id';
import { openWarehouse } from '../../db/warehouses/open-warehouse.ts';
import { createRedshift } from '../../db/warehouses/redshift/redshift.ts';
import { unloadSql } from '../../db/warehouses/redshift/unload-sql.ts';
import type { Secrets } from './secrets.ts';

/** Connects as an import would, and answers what is there. Throws in words for the user. */
export type TryConnection = (workspace: string, request: ConnectionRequest) => Promise<{ server: string }>;

interface TryDeps {
  egress: Egress;
  redshift: Pick<RedshiftDataClient, 'send'>;
  secrets: Pick<Secrets, 'lend'>;
  /** The lake's, which a role must be able to write to. */
  bucket: string;
}

type Of<K extends ConnectionRequest['kind']> = Extract<ConnectionRequest, { kind: K }>;

/** A Redshift that has nobody to serve sleeps, and wakes within so much; a database answers or does not. */
const seconds = { redshift: 50, database: 20 } as const;

/** Redshift calls itself `PostgreSQL 8.0.2 on …, Redshift 1.0.77467`. */
const versionOf = (text: string | null) =>
  /Redshift [\d.]+/.exec(text ?? '')?.[0] ?? text?.split(' (')[0] ?? 'Redshift';

export function createTryConnection({ egress, redshift, secrets, bucket }: TryDeps): TryConnection {
  async function tryDatabase(request: Of<'postgresql' | 'mysql'>, signal: AbortSignal) {
    const { kind, settings, credentials } = request;
    const options = { egress, credentials, timeoutSeconds: seconds.database, signal };
    const session = await openWarehouse({ kind, settings }, options);
    await session.close();
    return { server: session.server };
  }

  /** Who it is, and whether the role may write a row into the lake: lifecycle takes it out again. */
  function tryRedshift(workspace: string, { settings, credentials }: Of<'redshift'>, signal: AbortSignal) {
    return secrets.lend(credentials, async (secret) => {
      const warehouse = createRedshift(redshift, settings, secret);
      const run = (sql: string) =>
        warehouse.run({
          sql,
          name: secret,
          label: 'foretell-try',
          timeoutSeconds: seconds.redshift,
          signal,
          cancelled: signal,
        });
      const { prefix } = unloadKeys(workspace, 'tries', newId(), 'row');
      const target = `s3://${bucket}/${prefix}`;
      const server = await warehouse.firstCell(await run('SELECT version()'));
      const row = { query: 'SELECT 1 AS one', beyond: null, inOrder: false };
      await run(unloadSql({ ...row, target, roleArn: settings.unloadRole }));
      return { server: versionOf(server) };
    });
  }

  return async (workspace, request) => {
    if (request.kind === 'amplitude') throw notTestable(request.kind);
    const limit = new AbortController();
    const after = request.kind === 'redshift' ? seconds.redshift : seconds.database;
    const timer = setTimeout(() => limit.abort(tooSlow(after)), after * 1000);
    try {
      return request.kind === 'redshift'
        ? await tryRedshift(workspace, request, limit.signal)
        : await tryDatabase(request, limit.signal);
    } finally {
      clearTimeout(timer);
    }
  };
}

const tooSlow = (after: number) =>
  new DomainError('unavailable', `The database did not answer within ${after} seconds.`);

function notTestable(kind: string): DomainError {
  const detail = `A connection of kind ${kind} is tried by its first import.`;
  return new DomainError('invalid', detail, { problems: [{ field: 'kind', code: 'not_testable', detail }] });
}
