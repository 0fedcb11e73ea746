import type { apiKeyRequest } from '@foretell/core/contracts/control-api';
import { DomainError } from '@foretell/core/domain/errors';
import { newId } from '@foretell/core/node/new-id';
import { IsNull } from 'typeorm';
import type { z } from 'zod';
import type { Database, Transaction } from '../../db/database.ts';
import { enqueueManifest } from '../../db/outbox.ts';
import { insertRows, lockRow, pageOf, updateRows, type PageRequest } from '../../db/rows.ts';
import { apiKeys, type ApiKeyRow } from '../../db/serving.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { owned } from '../owned.ts';
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

/** Keys of the public API. A change reaches the prediction API by the serving manifest, within about a second. */
export function createApiKeyService(database: Database, now: () => Date = () => new Date()) {
  async function add(tx: Transaction, caller: Caller, limits: Limits) {
    const { key, selector, verifier } = newApiKey();
    const row: ApiKeyRow = {
      ...limits,
      id: newId(),
      workspace: caller.workspace,
      selector,
      verifier,
      replacedBy: null,
      createdBy: caller.user.id,
      createdAt: now().toISOString(),
      revokedAt: null,
    };
    await insertRows(tx, apiKeys, row);
    await enqueueManifest(tx);
    return { apiKey: shown(row), key };
  }

  async function findLive(tx: Transaction, caller: Caller, id: string): Promise<ApiKeyRow> {
    const row = owned(await lockRow(tx, apiKeys, { id }), caller.workspace, 'API key');
    if (row.revokedAt !== null) throw new DomainError('not_found', 'This API key is revoked.');
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

    create: (caller: Caller, body: z.output<typeof apiKeyRequest>) =>
      database.write(async (tx) => {
        const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt).toISOString();
        const created = await add(tx, caller, { ...body, expiresAt });
        const { name, scopes } = body;
        await auditBy(tx, caller, 'api-key.created', `api key ${created.apiKey.id}`, { name, scopes });
        return created;
      }),

    /** A new key with the same limits; the old one works until the overlap is over, or its own end. */
    rotate: (caller: Caller, id: string, overlapHours: number) =>
      database.write(async (tx) => {
        const old = await findLive(tx, caller, id);
        if (old.replacedBy !== null)
          throw new DomainError('conflict', 'This API key is rotated already: rotate the newer one.');
        const created = await add(tx, caller, old);
        const overlapUntil = new Date(now().getTime() + overlapHours * 3_600_000).toISOString();
        const expiresAt = earlier(old.expiresAt, overlapUntil);
        await updateRows(tx, apiKeys, { id }, { replacedBy: created.apiKey.id, expiresAt });
        await auditBy(tx, caller, 'api-key.rotated', `api key ${id}`, { by: created.apiKey.id, expiresAt });
        return created;
      }),

    revoke: (caller: Caller, id: string) =>
      database.write(async (tx) => {
        await findLive(tx, caller, id);
        await updateRows(tx, apiKeys, { id }, { revokedAt: now().toISOString() });
        await enqueueManifest(tx);
        await auditBy(tx, caller, 'api-key.revoked', `api key ${id}`);
      }),
  };
}
export type ApiKeyService = ReturnType<typeof createApiKeyService>;
