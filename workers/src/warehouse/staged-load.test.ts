import { createMemoryLake } from '../testing/memory-lake.ts';
import { loadStaged } from './staged-load.ts';

test('a load locks its table before it copies or reads anything, and merges last', async () => {
  const run: string[] = [];
  const warehouse = {
    query: () => Promise.resolve([]),
    transaction: (statements: readonly string[]) => Promise.resolve(void run.push(...statements)),
  };
  await loadStaged(
    { lake: createMemoryLake(), warehouse, copyRoleArn: 'arn:aws:iam::000000000000:role/copy' },
    { table: 'metric_events', columns: [['unit', 'VARCHAR(10)']], rows: [['a']], merge: ['MERGE'] },
  );
  expect(run.map((statement) => statement.split(' ', 1)[0])).toEqual(['LOCK', 'CREATE', 'COPY', 'MERGE']);
});
