import { z } from 'zod';
import { id, name, timestamp } from '../primitives.ts';
import { apiKeyScope } from '../serving-manifest.ts';

export const apiKeyRequest = z
  .strictObject({
    name,
    scopes: z.array(apiKeyScope).min(1).default(['predict', 'ingest', 'read']),
    expiresAt: timestamp.optional(),
    ratePerSecond: z.number().positive().max(100_000).default(1000),
    burst: z.int().positive().max(1_000_000).default(2000),
  })
  .meta({ id: 'ApiKeyRequest' });
export const apiKey = z
  .object({
    id,
    name: z.string(),
    /** The key's visible beginning: `fk_<selector>`. */
    prefix: z.string(),
    scopes: z.array(apiKeyScope),
    expiresAt: timestamp.nullable(),
    ratePerSecond: z.number(),
    burst: z.int(),
    createdAt: timestamp,
  })
  .meta({ id: 'ApiKey' });
/** `key` is shown this once. */
export const apiKeyCreated = z.object({ apiKey, key: z.string() }).meta({ id: 'ApiKeyCreated' });
/** The old key goes on working until `overlapUntil`. */
export const rotationRequest = z
  .strictObject({
    overlapHours: z
      .number()
      .min(0)
      .max(24 * 30)
      .default(24),
  })
  .meta({ id: 'RotationRequest' });
