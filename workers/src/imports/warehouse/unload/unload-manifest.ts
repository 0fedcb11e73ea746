import type { Lake } from '@foretell/core/node/lake';
import { DomainError } from '@foretell/core/domain/errors';
import { z } from 'zod';

/** As MANIFEST VERBOSE writes it: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html */
const verboseManifest = z.object({
  entries: z.array(
    z.object({ url: z.string(), meta: z.object({ record_count: z.int().optional() }).optional() }),
  ),
  schema: z
    .object({ elements: z.array(z.object({ name: z.string(), type: z.object({ base: z.string() }) })) })
    .optional(),
});

export interface Unloaded {
  /** In the order of their numbers: rows that were unloaded in order lie in it. */
  files: { key: string; rows: number | null }[];
  /** With Redshift's names of their types; none where there are no rows. */
  columns: { name: string; type: string }[];
}

/**
 * What an UNLOAD left under `prefix`; nothing where it had no rows to leave. The customer's role writes the manifest: a file
 * that is elsewhere is not read.
 */
export async function readUnloadManifest(
  lake: Lake,
  { prefix, manifest }: { prefix: string; manifest: string },
): Promise<Unloaded> {
  if ((await lake.size(manifest)) === null) {
    if ((await lake.list(prefix)).length === 0) return { files: [], columns: [] };
    throw new DomainError('unavailable', `Redshift left files without their manifest at ${prefix}.`);
  }
  const { entries, schema } = await lake.getJson(manifest, verboseManifest);
  const place = `s3://${lake.bucket}/`;
  const files = entries.map(({ url, meta }) => {
    if (!url.startsWith(`${place}${prefix}`))
      throw new DomainError('invalid', `Redshift's manifest names a file outside of ${prefix}.`);
    return { key: url.slice(place.length), rows: meta?.record_count ?? null };
  });
  files.sort((a, b) => a.key.localeCompare(b.key, 'en', { numeric: true }));
  return { files, columns: (schema?.elements ?? []).map(({ name, type }) => ({ name, type: type.base })) };
}
