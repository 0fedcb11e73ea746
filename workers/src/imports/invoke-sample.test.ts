import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import { newId } from '@foretell/core/node/new-id';
import { createMemoryLake } from '../testing/memory-lake.ts';
import { sampleBySize, type InvokeSample } from './invoke-sample.ts';

const answer = { rows: 1, columns: 1, sampled: 1 };

test.each([
  ['a feature set of a hundred million cells', { rows: 100_000_000, bytes: 800_000_000 }, 'function'],
  ['one of a thousand million cells', { rows: 1_000_000_000, bytes: 800_000_000 }, 'worker'],
  ['one of few rows and many bytes', { rows: 1_000_000, bytes: 9_000_000_000 }, 'worker'],
])('%s is profiled where it fits', async (_, { rows, bytes }, where) => {
  const asked: string[] = [];
  const asker =
    (who: string): InvokeSample =>
    ({ manifestKey }) => {
      asked.push(`${who}: ${manifestKey}`);
      return Promise.resolve(answer);
    };
  const lake = createMemoryLake();
  const dataset = newId();
  const keys = featureSetKeys(newId(), dataset, 1);
  const manifest = {
    version: 1,
    dataset,
    featureSet: 1,
    rows,
    files: [
      { key: keys.part(0, 'a'), rows: rows - 1, bytes: bytes - 1 },
      { key: keys.part(1, 'a'), rows: 1, bytes: 1 },
    ],
    schema: { columns: [{ name: 'x', type: 'double' }] },
    createdAt: '2026-01-01T00:00:00Z',
  };
  await lake.putNew(keys.manifest, JSON.stringify(manifest));
  const sample = sampleBySize(lake, asker('function'), asker('worker'));
  const request = { manifestKey: keys.manifest, sampleKey: keys.sample, summaryKey: keys.summary };
  await expect(sample(request, new AbortController().signal)).resolves.toEqual(answer);
  expect(asked).toEqual([`${where}: ${keys.manifest}`]);
});
