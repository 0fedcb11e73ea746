import type { OnlineFeaturesManifest } from '../contracts/model-version.ts';
import type { Lake } from './lake.ts';
import { encodeOnlineFeatures, type OnlineFeatureFile } from './online-feature-file.ts';
import { openOnlineFeatures } from './online-feature-reader.ts';

const key = 'features.bin';

function manifestOf(file: OnlineFeatureFile, columns: number): OnlineFeaturesManifest {
  return {
    version: 1,
    model: '0195c1de-0000-7000-8000-000000000001',
    n: 1,
    entities: file.entities,
    asOf: '2001-01-01T00:00:00.000Z',
    columns: Array.from({ length: columns }, (_, i) => ({ name: `f${i}`, type: 'number' })),
    bytes: file.body.length,
    sha256: file.sha256,
    createdAt: '2001-01-01T00:00:00.000Z',
  };
}

function lakeOf(body: Buffer) {
  let reads = 0;
  const lake: Pick<Lake, 'get' | 'getRange'> = {
    get: () => Promise.resolve({ body, etag: '"1"' }),
    getRange(_key, start, end) {
      reads++;
      return Promise.resolve(body.subarray(start, end + 1));
    },
  };
  return { lake: lake as Lake, reads: () => reads };
}

const entities = Array.from({ length: 5000 }, (_, i) => ({ entity: `e${i} é`, values: [i, NaN, -i / 3] }));

test.each([
  ['held in memory', 1e9],
  ['read by ranges', 0],
])(
  'every entity is found with its values, and no other, when the file is %s',
  async (_title, preloadBytes) => {
    const file = await encodeOnlineFeatures(3, entities);
    const { lake } = lakeOf(file.body);
    const reader = await openOnlineFeatures(lake, key, manifestOf(file, 3), { preloadBytes, cachedRows: 10 });
    for (const { entity, values } of entities) expect([...(await reader.find(entity))!]).toEqual(values);
    for (let i = 0; i < 500; i++) expect(await reader.find(`unknown ${i}`)).toBeNull();
  },
);

test('a row used again is not read again', async () => {
  const file = await encodeOnlineFeatures(3, entities);
  const { lake, reads } = lakeOf(file.body);
  const reader = await openOnlineFeatures(lake, key, manifestOf(file, 3), {
    preloadBytes: 0,
    cachedRows: 10,
  });
  await reader.find('e7 é');
  const before = reads();
  expect([...(await reader.find('e7 é'))!]).toEqual([7, NaN, -7 / 3]);
  expect(reads()).toBe(before);
});

test('a file without rows, and one of no columns, are read', async () => {
  const empty = await encodeOnlineFeatures(2, []);
  const none = lakeOf(empty.body).lake;
  const options = { preloadBytes: 1e9, cachedRows: 10 };
  expect(await (await openOnlineFeatures(none, key, manifestOf(empty, 2), options)).find('a')).toBeNull();
  const bare = await encodeOnlineFeatures(0, [{ entity: 'a', values: [] }]);
  const { lake } = lakeOf(bare.body);
  expect(await (await openOnlineFeatures(lake, key, manifestOf(bare, 0), options)).find('a')).toHaveLength(0);
});

test('an entity that comes twice, or a row of the wrong width, is refused', async () => {
  const twice = [
    { entity: 'a', values: [1] },
    { entity: 'b', values: [2] },
    { entity: 'a', values: [3] },
  ];
  await expect(encodeOnlineFeatures(1, twice)).rejects.toThrow('more than one row');
  await expect(encodeOnlineFeatures(2, twice)).rejects.toThrow('instead of 2');
});

test.each([1e9, 0])(
  'a file that is cut off or changed is refused (preloading up to %d bytes)',
  async (preloadBytes) => {
    const file = await encodeOnlineFeatures(3, entities);
    const manifest = manifestOf(file, 3);
    const options = { preloadBytes, cachedRows: 10 };
    const other = await encodeOnlineFeatures(3, entities.slice(1));
    for (const body of [other.body, Buffer.alloc(0), Buffer.from('nothing of the kind, but long enough')])
      await expect(openOnlineFeatures(lakeOf(body).lake, key, manifest, options)).rejects.toThrow();
  },
);
