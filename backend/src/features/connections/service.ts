import { isIP } from 'node:net';
import type { Connection, ConnectionRequest } from '@foretell/core/contracts/sources';
import { DomainError } from '@foretell/core/domain/errors';
import { canonicalHost, isPublicAddress } from '@foretell/core/domain/public-address';
import { howToAllow } from '@foretell/core/node/egress';
import { newId } from '@foretell/core/node/new-id';
import type { Database } from '../../db/database.ts';
import { insertRows, pageOf, type PageRequest } from '../../db/rows.ts';
import { connections, datasetSources, type ConnectionPlace, type ConnectionRow } from '../../db/sources.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { owned } from '../owned.ts';
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

function refused(field: string, code: string, detail: string): DomainError {
  return new DomainError('invalid', detail, { problems: [{ field, code, detail }] });
}

/**
 * What can be told of a host without asking the network, so that a typing mistake is told at once. The worker that
 * connects resolves the name and checks every address: that is what holds.
 */
function checkHost(text: string, field: string, allowed: ReadonlySet<string>): boolean {
  const host = canonicalHost(text);
  if (host === null) throw refused(field, 'invalid_host', 'A host name or an IP address is expected.');
  if (allowed.has(host)) return true;
  if (host === 'localhost' || host.endsWith('.localhost') || (isIP(host) !== 0 && !isPublicAddress(host)))
    throw refused(field, 'forbidden_host', `${host} is not on the public internet. ${howToAllow}`);
  return false;
}

function checkSettings({ settings }: ConnectionRequest, allowed: ReadonlySet<string>): void {
  if ('host' in settings) {
    if (!checkHost(settings.host, 'settings.host', allowed) && settings.tls === 'off')
      throw refused(
        'settings.tls',
        'tls_required',
        `${settings.host} is spoken to by TLS alone, or the password could be read on the way. ${howToAllow}`,
      );
    return;
  }
  if (!('url' in settings)) return;
  const url = new URL(settings.url);
  if (url.username !== '' || url.password !== '')
    throw refused('settings.url', 'forbidden_url', 'The URL must not hold credentials.');
  const isAllowed = checkHost(url.hostname.replace(/^\[|\]$/g, ''), 'settings.url', allowed);
  if (url.protocol === 'http:' && !isAllowed)
    throw refused('settings.url', 'forbidden_url', `HTTPS is expected of ${url.hostname}. ${howToAllow}`);
}

/** Of the request's union, that of the row: a kind with its own settings. */
const placeOf = ({ kind, settings }: ConnectionRequest) => ({ kind, settings }) as ConnectionPlace;

/** Sources outside Foretell. Their credentials pass through on their way to Secrets Manager, and are kept nowhere else. */
export function createConnectionService(
  database: Database,
  secrets: Secrets,
  allowedHosts: readonly string[],
  tryConnection: TryConnection,
) {
  const beginTest = createTestThrottle(database);
  const allowed = new Set(allowedHosts.map((host) => canonicalHost(host) ?? host));
  return {
    async list({ workspace }: Caller, request: PageRequest) {
      const { items, nextCursor } = await pageOf(database.read, connections, { workspace }, request);
      return { items: items.map(shown), nextCursor };
    },

    async test(caller: Caller, request: ConnectionRequest) {
      checkSettings(request, allowed);
      await beginTest(caller);
      return tryConnection(caller.workspace, request);
    },

    async create(caller: Caller, request: ConnectionRequest) {
      checkSettings(request, allowed);
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

    async remove(caller: Caller, id: string) {
      const secretRef = await database.write(async (tx) => {
        const row = owned(await tx.findOneBy(connections, { id }), caller.workspace, 'connection');
        if (await tx.existsBy(datasetSources, { connection: id }))
          throw new DomainError('conflict', 'A dataset is imported by this connection.');
        await tx.delete(connections, { id });
        await auditBy(tx, caller, 'connection.removed', `connection ${id}`);
        return row.secretRef;
      });
      await secrets.remove(secretRef);
    },
  };
}
export type ConnectionService = ReturnType<typeof createConnectionService>;
