import type { apiKeyRequest } from '@foretell/core/contracts/control-api/api-keys';
import { DomainError } from '@foretell/core/domain/errors';
import { newId } from '@foretell/core/node/new-id';
import { IsNull, MoreThan } from 'typeorm';
import type { z } from 'zod';
import type { Database, Transaction } from '../../db/database.ts';
import { planGatewayRemoval, withdrawGatewayRemoval } from '../../db/gateway-removals.ts';
import { enqueueManifest } from '../../db/outbox.ts';
import { insertRows, lockRow, pageOf, updateRows, type PageRequest } from '../../db/rows.ts';
import { apiKeys, type ApiKeyRow } from '../../db/serving.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { owned } from '../owned.ts';
import type { GatewayKeys } from './gateway-keys.ts';
import { newApiKey } from './new-api-key.ts';

type Limits = Pick<ApiKeyRow, 'name' | 'scopes' | 'expiresAt' | 'ratePerSecond' | 'burst'>;

const shown = (row: ApiKeyRow) => ({
  id: row.id,
  name: row.name,
  prefix: `fk_${row.selector}`,
  scopes: row.scopes,
  expiresAt: row.expiresAt,
  ratePerSecond: row.ratePerSecond,
  burst: row.burst,
  createdAt: row.createdAt,
});

const earlier = (a: string | null, b: string) => (a !== null && a < b ? a : b);

function overAlready(expiresAt: string): DomainError {
  const detail = `The key would have ended at ${expiresAt} already.`;
  return new DomainError('invalid', detail, { problems: [{ field: 'expiresAt', code: 'past', detail }] });
}

/** Longer than API Gateway and the transaction after it can take, with their retries. */
const makingMs = 120_000;

/** Live keys of a workspace: API Gateway has room for 10,000, of all workspaces, and the manifest holds every one. */
const mostKeys = 100;

type NewKey = ReturnType<typeof newApiKey> & { id: string };

/**
 * Keys of the public API. A change reaches the prediction API by the serving manifest, within about a second; API Gateway
 * takes a key before anybody is told of it, and loses it by a removal that the database keeps until it is done.
 */
export function createApiKeyService(
  database: Database,
  gateway: GatewayKeys,
  now: () => Date = () => new Date(),
) {
  const after = (ms: number) => new Date(now().getTime() + ms).toISOString();

  /**
   * Makes a key that API Gateway takes, and then the rows of it by `work`. Its removal is planned first and withdrawn
   * with the rows: whatever fails or dies in between, no key without a row stays in API Gateway.
   */
  async function issue<T>(
    { workspace }: Caller,
    work: (tx: Transaction, made: NewKey) => Promise<T>,
  ): Promise<T> {
    const live = { workspace, revokedAt: IsNull() };
    const lasting = { ...live, expiresAt: IsNull() };
    const ending = { ...live, expiresAt: MoreThan(after(0)) };
    if ((await database.read.countBy(apiKeys, [lasting, ending])) >= mostKeys)
      throw new DomainError('conflict', `A workspace has ${mostKeys} API keys at most: revoke one first.`);
    const made = { id: newId(), ...newApiKey() };
    const removal = { apiKey: made.id, dueAt: after(makingMs) };
    await database.write((tx) => planGatewayRemoval(tx, removal.apiKey, removal.dueAt));
    await gateway.admit(made.id, made.key);
    return database.write(async (tx) => {
      if (!(await withdrawGatewayRemoval(tx, removal)))
        throw new DomainError('unavailable', 'Making the API key took too long. Try again.');
      return work(tx, made);
    });
  }

  async function add(tx: Transaction, caller: Caller, limits: Limits, made: NewKey) {
    const { id, key, selector, verifier } = made;
    const row: ApiKeyRow = {
      ...limits,
      id,
      workspace: caller.workspace,
      selector,
      verifier,
      replacedBy: null,
      createdBy: caller.user.id,
      createdAt: now().toISOString(),
      revokedAt: null,
    };
    await insertRows(tx, apiKeys, row);
    if (row.expiresAt !== null) await planGatewayRemoval(tx, id, row.expiresAt);
    await enqueueManifest(tx);
    return { apiKey: shown(row), key };
  }

  function liveOf(caller: Caller, found: ApiKeyRow | null): ApiKeyRow {
    const row = owned(found, caller.workspace, 'API key');
    if (row.revokedAt !== null) throw new DomainError('not_found', 'This API key is revoked.');
    return row;
  }

  function rotatable(caller: Caller, found: ApiKeyRow | null): ApiKeyRow {
    const row = liveOf(caller, found);
    if (row.replacedBy !== null)
      throw new DomainError('conflict', 'This API key is rotated already: rotate the newer one.');
    return row;
  }

  return {
    async list({ workspace }: Caller, request: PageRequest) {
      const { items, nextCursor } = await pageOf(
        database.read,
        apiKeys,
        { workspace, revokedAt: IsNull() },
        request,
      );
      return { items: items.map(shown), nextCursor };
    },

    async create(caller: Caller, body: z.output<typeof apiKeyRequest>) {
      const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt).toISOString();
      if (expiresAt !== null && expiresAt <= after(0)) throw overAlready(expiresAt);
      return issue(caller, async (tx, made) => {
        const created = await add(tx, caller, { ...body, expiresAt }, made);
        const { name, scopes } = body;
        await auditBy(tx, caller, 'api-key.created', `api key ${created.apiKey.id}`, { name, scopes });
        return created;
      });
    },

    /** A new key with the same limits; the old one works until the overlap is over, or its own end. */
    async rotate(caller: Caller, id: string, overlapHours: number) {
      // Looked at again under a lock: this spares API Gateway a key that would be for nothing.
      rotatable(caller, await database.read.findOneBy(apiKeys, { id }));
      return issue(caller, async (tx, made) => {
        const old = rotatable(caller, await lockRow(tx, apiKeys, { id }));
        const created = await add(tx, caller, old, made);
        const expiresAt = earlier(old.expiresAt, after(overlapHours * 3_600_000));
        await updateRows(tx, apiKeys, { id }, { replacedBy: created.apiKey.id, expiresAt });
        await planGatewayRemoval(tx, id, expiresAt);
        await auditBy(tx, caller, 'api-key.rotated', `api key ${id}`, { by: created.apiKey.id, expiresAt });
        return created;
      });
    },

    revoke: (caller: Caller, id: string) =>
      database.write(async (tx) => {
        liveOf(caller, await lockRow(tx, apiKeys, { id }));
        const revokedAt = now().toISOString();
        await updateRows(tx, apiKeys, { id }, { revokedAt });
        await planGatewayRemoval(tx, id, revokedAt);
        await enqueueManifest(tx);
        await auditBy(tx, caller, 'api-key.revoked', `api key ${id}`);
      }),
  };
}
export type ApiKeyService = ReturnType<typeof createApiKeyService>;
