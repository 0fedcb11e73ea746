import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { Assignment } from '@foretell/core/contracts/messages';
import { assignGroup } from '@foretell/core/domain/bucketing';
import { startLocalAws, type TestAws } from '@foretell/local/testing/local-aws';
import { createTestWarehouse } from '../testing/warehouse.ts';
import type { StagedLoadDeps } from '../warehouse/staged-load.ts';
import { loadAssignments } from './load-assignments.ts';

let aws: TestAws;
let deps: StagedLoadDeps;
beforeAll(async () => {
  aws = await startLocalAws();
  Object.assign(process.env, aws.environment);
  deps = createTestWarehouse(aws.resources.bucket);
});
afterAll(() => aws.stop());

let experiments = 0;
const newExperiment = () => `00000000-0000-7000-8000-${String(++experiments).padStart(12, '0')}`;
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const stored = (experiment: string) =>
  deps.warehouse.query(
    'SELECT unit, group_name, exposed_at, conflicts FROM experiment_assignments WHERE experiment = :experiment ORDER BY unit',
    { experiment },
  );

test('the same assignments again, in any order and mix, change nothing', async () => {
  const experiment = newExperiment();
  const all = Array.from({ length: 300 }, (_, i): Assignment => {
    const unit = `unit ${i % 100}, "quoted"\nünï ✈`;
    return { experiment, unit, group: assignGroup('seed', unit, 0.5), exposedAt: at(i % 7) };
  });
  await loadAssignments(deps, all);
  const once = await stored(experiment);
  await loadAssignments(deps, all.slice(150).reverse());
  await Promise.all([loadAssignments(deps, all.slice(0, 200)), loadAssignments(deps, all.slice(100))]);
  expect(once).toHaveLength(100);
  expect(await stored(experiment)).toEqual(once);
  for (const row of once) {
    expect(row['group_name']).toBe(assignGroup('seed', String(row['unit']), 0.5));
    expect(row['conflicts']).toBe(0);
  }
});

test('the earliest exposure is kept, whichever comes first', async () => {
  const experiment = newExperiment();
  const exposure = (unit: string, second: number): Assignment => ({
    experiment,
    unit,
    group: 'model',
    exposedAt: at(second),
  });
  await loadAssignments(deps, [exposure('a', 5), exposure('b', 1), exposure('b', 3)]);
  await loadAssignments(deps, [exposure('a', 2), exposure('b', 9)]);
  expect((await stored(experiment)).map((row) => row['exposed_at'])).toEqual([
    '2026-01-01 00:00:02',
    '2026-01-01 00:00:01',
  ]);
});

test('a unit claimed for both groups is marked, in one batch and over two', async () => {
  const experiment = newExperiment();
  const claim = (unit: string, group: Assignment['group'], second: number): Assignment => ({
    experiment,
    unit,
    group,
    exposedAt: at(second),
  });
  await loadAssignments(deps, [claim('a', 'model', 2), claim('a', 'fallback', 1), claim('b', 'model', 1)]);
  await loadAssignments(deps, [claim('b', 'fallback', 2), claim('c', 'fallback', 1)]);
  expect((await stored(experiment)).map((row) => [row['group_name'], row['conflicts']])).toEqual([
    ['fallback', 1],
    ['model', 1],
    ['fallback', 0],
  ]);
});

test('a crash of the warehouse in mid-load is `unavailable`, and the load again completes it', async () => {
  const experiment = newExperiment();
  const all = Array.from({ length: 20_000 }, (_, i): Assignment => ({
    experiment,
    unit: `u${i}`,
    group: 'model',
    exposedAt: at(0),
  }));
  const interrupted = expect(loadAssignments(deps, all)).rejects.toMatchObject({ code: 'unavailable' });
  await aws.crashStandIns(interrupted);
  await loadAssignments(deps, all);
  const [row] = await deps.warehouse.query(
    'SELECT COUNT(*)::bigint AS n, COUNT(DISTINCT unit)::bigint AS units FROM experiment_assignments WHERE experiment = :experiment',
    { experiment },
  );
  expect(row).toEqual({ n: 20_000, units: 20_000 });
});

test('a finished load leaves nothing in the staging folder', async () => {
  const s3 = new S3Client({ forcePathStyle: true });
  const list = new ListObjectsV2Command({ Bucket: deps.lake.bucket, Prefix: 'staging/' });
  const before = await s3.send(list);
  await loadAssignments(deps, [{ experiment: newExperiment(), unit: 'u', group: 'model', exposedAt: at(0) }]);
  expect((await s3.send(list)).KeyCount).toBe(before.KeyCount);
});
