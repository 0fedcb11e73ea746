import { unloadKeys } from '@foretell/core/domain/lake-keys';
import { createMemoryLake } from '../../../testing/memory-lake.ts';
import { readUnloadManifest } from './unload-manifest.ts';

const keys = unloadKeys('workspace', 'dataset', 'job', 'statement');

async function leave(manifest: object | null, files: readonly string[] = []) {
  const lake = createMemoryLake();
  for (const file of files) await lake.putNew(`${keys.prefix}${file}`, 'rows');
  if (manifest) await lake.putNew(keys.manifest, JSON.stringify(manifest));
  return lake;
}

test('files and columns are those that the manifest names, files in order', async () => {
  const lake = await leave({
    entries: [
      { url: `s3://memory/${keys.prefix}0001_part_00.parquet` },
      {
        url: `s3://memory/${keys.prefix}0000_part_00.parquet`,
        meta: { content_length: 9, record_count: 2 },
      },
    ],
    schema: { elements: [{ name: 'id', type: { base: 'bigint' } }] },
    meta: { content_length: 9, record_count: 2 },
  });
  expect(await readUnloadManifest(lake, keys)).toEqual({
    files: [
      { key: `${keys.prefix}0000_part_00.parquet`, rows: 2 },
      { key: `${keys.prefix}0001_part_00.parquet`, rows: null },
    ],
    columns: [{ name: 'id', type: 'bigint' }],
  });
});

test('an UNLOAD without rows leaves an empty manifest or nothing; files without one are no answer', async () => {
  const empty = { files: [], columns: [] };
  expect(await readUnloadManifest(await leave({ entries: [] }), keys)).toEqual(empty);
  expect(await readUnloadManifest(await leave(null), keys)).toEqual(empty);
  const half = await leave(null, ['0000_part_00.parquet']);
  await expect(readUnloadManifest(half, keys)).rejects.toMatchObject({ code: 'unavailable' });
});

test.each([
  's3://memory/workspaces/other/datasets/d/feature-sets/1/part-00000.parquet',
  `s3://elsewhere/${keys.prefix}0000_part_00.parquet`,
])('a manifest that leads to %s is not followed', async (url) => {
  const lake = await leave({ entries: [{ url }] });
  await expect(readUnloadManifest(lake, keys)).rejects.toMatchObject({ code: 'invalid' });
});
