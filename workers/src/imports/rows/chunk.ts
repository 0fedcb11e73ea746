import { join } from 'node:path';
import { importChunkKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { downloadFile, uploadFile } from '@foretell/core/node/lake-files';
import { z } from 'zod';
import { newAttempt } from '../../jobs/new-attempt.ts';
import type { StagedPart } from './row-stager.ts';

/** manifest.json of a chunk, written last. */
const chunkManifest = z.object({
  version: z.literal(1),
  parts: z.array(
    z.object({
      key: z.string(),
      rows: z.int(),
      bytes: z.int(),
      variants: z.array(
        z.object({
          column: z.string(),
          kind: z.enum(['boolean', 'number', 'string', 'timestamp', 'date']),
          place: z.string(),
          values: z.int(),
          whole: z.boolean(),
        }),
      ),
    }),
  ),
});

/** Keeps staged parts in the lake until a feature set has them. */
export async function putChunk(
  lake: Lake,
  { workspace, dataset }: { workspace: string; dataset: string },
  name: string,
  parts: readonly StagedPart[],
): Promise<{ manifestKey: string | null; rows: number }> {
  if (parts.length === 0) return { manifestKey: null, rows: 0 };
  const keys = importChunkKeys(workspace, dataset, name, newAttempt());
  const kept: z.input<typeof chunkManifest>['parts'] = [];
  for (const [index, { path, ...part }] of parts.entries()) {
    const key = keys.part(index);
    await uploadFile(lake, key, path, 'application/vnd.apache.parquet');
    kept.push({ ...part, key });
  }
  await lake.putNew(keys.manifest, JSON.stringify({ version: 1, parts: kept }));
  return { manifestKey: keys.manifest, rows: kept.reduce((sum, { rows }) => sum + rows, 0) };
}

/** Brings the parts of chunks back into `dir`. */
export async function fetchChunks(
  lake: Lake,
  chunks: readonly { manifestKey: string }[],
  dir: string,
  signal: AbortSignal,
): Promise<StagedPart[]> {
  const fetched: StagedPart[] = [];
  for (const { manifestKey } of chunks) {
    const { parts } = await lake.getJson(manifestKey, chunkManifest);
    for (const { key, ...part } of parts) {
      const path = join(dir, `${crypto.randomUUID()}.parquet`);
      await downloadFile(lake, key, path, signal);
      fetched.push({ ...part, path });
    }
  }
  return fetched;
}
