import type { Connection, ConnectionChange, ConnectionRequest } from '@foretell/core/contracts/sources';
import { DomainError } from '@foretell/core/domain/errors';
import { canonicalHost } from '@foretell/core/domain/public-address';
import { newId } from '@foretell/core/node/new-id';
import { In } from 'typeorm';
import { datasets } from '../../db/data.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { insertRows, lockRow, pageOf, updateRows, type PageRequest } from '../../db/rows.ts';
import { connections, datasetSources, type ConnectionPlace, type ConnectionRow } from '../../db/sources.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { inWords } from '../in-words.ts';
import { owned } from '../owned.ts';
import { checkedChange } from './checked-change.ts';
import { checkSettings } from './check-settings.ts';
import type { Secrets } from './secrets.ts';
import { createTestThrottle } from './test-throttle.ts';
import type { TryConnection } from './try-connection.ts';

const shown = ({ id, name, kind, settings, createdAt }: ConnectionRow): Connection => ({
  id,
  name,
  kind,
  settings,
  createdAt,
});

/** Of the request's union, that of the row: a kind with its own settings. */
const placeOf = ({ kind, settings }: ConnectionRequest) => ({ kind, settings }) as ConnectionPlace;

/** Throws `conflict` with the names of the datasets that are imported by a connection. */
async function refuseWhileUsed(tx: Transaction, connection: string): Promise<void> {
  const sources = await tx.findBy(datasetSources, { connection });
  if (sources.length === 0) return;
  const used = await tx.findBy(datasets, { id: In(sources.map(({ dataset }) => dataset)) });
  const names = inWords(used.map(({ name }) => name));
  throw new DomainError('conflict', `Imported by this connection: ${names}. Delete that first.`);
}

/** Sources outside Foretell. Their credentials pass through on their way to Secrets Manager, and are kept nowhere else. */
export function createConnectionService(
  database: Database,
  secrets: Secrets,
  allowedHosts: readonly string[],
  tryConnection: TryConnection,
) {
  const beginTest = createTestThrottle(database);
  const allowed = new Set(allowedHosts.map((host) => canonicalHost(host) ?? host));

  /** A commit whose answer was lost may have happened: then the row has this secret alone. */
  async function removeUnlessNamed(id: string, secretRef: string): Promise<void> {
    if (!(await database.read.existsBy(connections, { id, secretRef }))) await secrets.remove(secretRef);
  }

  return {
    async list({ workspace }: Caller, request: PageRequest) {
      const { items, nextCursor } = await pageOf(database.read, connections, { workspace }, request);
      return { items: items.map(shown), nextCursor };
    },

    async test(caller: Caller, request: ConnectionRequest) {
      checkSettings(request.settings, allowed);
      await beginTest(caller);
      return tryConnection(caller.workspace, request);
    },

    async create(caller: Caller, request: ConnectionRequest) {
      checkSettings(request.settings, allowed);
      const { workspace } = caller;
      const id = newId();
      const row: ConnectionRow = {
        id,
        workspace,
        name: request.name,
        secretRef: secrets.nameOf(workspace, id),
        createdAt: new Date().toISOString(),
        ...placeOf(request),
      };
      // The secret first: one without its row is of no use to anybody, a row without its secret fails every import.
      await secrets.put(row.secretRef, request.credentials);
      await database.write(async (tx) => {
        await insertRows(tx, connections, row);
        await auditBy(tx, caller, 'connection.created', `connection ${id}`, { kind: row.kind });
      });
      return shown(row);
    },

    /**
     * Other credentials are another secret, which the row names from one moment on together with the settings they belong to:
     * no import ever takes new ones to an old place, or old ones to a new place.
     */
    async change(caller: Caller, id: string, change: ConnectionChange) {
      const { workspace } = caller;
      const known = owned(await database.read.findOneBy(connections, { id }), workspace, 'connection');
      const changed = checkedChange(known, change, allowed);
      const { name, settings, credentials } = change;
      const secretRef = credentials && secrets.nameOf(workspace, id, newId());
      if (secretRef) await secrets.put(secretRef, credentials);
      const values = {
        ...(name && { name }),
        ...(settings && { settings }),
        ...(secretRef && { secretRef }),
      };
      const write = database.write(async (tx) => {
        const before = owned(await lockRow(tx, connections, { id }), workspace, 'connection');
        await updateRows(tx, connections, { id }, values as Partial<ConnectionRow>);
        await auditBy(tx, caller, 'connection.changed', `connection ${id}`, { changed });
        return before;
      });
      const before = await write.catch(async (error: unknown) => {
        if (secretRef) await removeUnlessNamed(id, secretRef);
        throw error;
      });
      if (secretRef) await secrets.remove(before.secretRef);
      // Settings of the row's own kind: `checkedChange` has seen to it.
      return shown({ ...before, ...values } as ConnectionRow);
    },

    async remove(caller: Caller, id: string) {
      const secretRef = await database.write(async (tx) => {
        const row = owned(await lockRow(tx, connections, { id }), caller.workspace, 'connection');
        await refuseWhileUsed(tx, id);
        await tx.delete(connections, { id });
        await auditBy(tx, caller, 'connection.removed', `connection ${id}`, { name: row.name });
        return row.secretRef;
      });
      await secrets.remove(secretRef);
    },
  };
}
export type ConnectionService = ReturnType<typeof createConnectionService>;
