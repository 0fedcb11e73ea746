import { isDeepStrictEqual } from 'node:util';
import { servingManifest, type ServingManifest } from '@foretell/core/contracts/serving-manifest';
import { DomainError } from '@foretell/core/domain/errors';
import { servingManifestKey } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import type { Database } from '../db/database.ts';
import { buildServingContent, type ServingContent } from './build-manifest.ts';

const maxAttempts = 10;

interface Present {
  etag: string | null;
  manifest: ServingManifest | null;
}

async function readPresent(lake: Lake): Promise<Present> {
  try {
    const { body, etag } = await lake.get(servingManifestKey);
    return { etag, manifest: servingManifest.parse(JSON.parse(new TextDecoder().decode(body))) };
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found') return { etag: null, manifest: null };
    throw error;
  }
}

function sameContent(manifest: ServingManifest | null, content: ServingContent): boolean {
  if (!manifest) return false;
  const { models, datasets, apiKeys } = manifest;
  return isDeepStrictEqual({ models, datasets, apiKeys }, content);
}

/**
 * Puts serving/manifest.json as the tables say now; false when it says so already. The object is read before the tables:
 * whoever loses the conditional put began with older rows, and begins again.
 */
export async function publishManifest(
  { read }: Database,
  lake: Lake,
  now: () => Date = () => new Date(),
): Promise<boolean> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const { etag, manifest } = await readPresent(lake);
    const content = await buildServingContent(read, now());
    if (sameContent(manifest, content)) return false;
    const next: ServingManifest = {
      version: 1,
      generation: (manifest?.generation ?? 0) + 1,
      publishedAt: now().toISOString(),
      ...content,
    };
    if (await lake.replace(servingManifestKey, JSON.stringify(next), etag)) return true;
  }
  throw new DomainError(
    'unavailable',
    `The serving manifest changed under ${maxAttempts} attempts to put it.`,
  );
}
