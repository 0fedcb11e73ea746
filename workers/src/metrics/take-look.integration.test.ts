import type { AcceptedRecord, Assignment } from '@foretell/core/contracts/messages';
import { assignGroup } from '@foretell/core/domain/bucketing';
import { unitsToDetect } from '@foretell/core/domain/experiments/outlook';
import { sequentialTest } from '@foretell/core/domain/experiments/sequential-test';
import { sampleMean } from '@foretell/core/domain/experiments/statistic';
import { startLocalAws, type TestAws } from '@foretell/local/testing/local-aws';
import { loadAssignments } from '../assignments/load-assignments.ts';
import { startTestDatabase, type TestDatabase } from '../testing/database.ts';
import {
  createExperimentBench,
  exposed,
  hour,
  iso,
  noise,
  startedAt,
  type ExperimentBench,
} from '../testing/experiment-bench.ts';
import { createTestWarehouse } from '../testing/warehouse.ts';
import type { StagedLoadDeps } from '../warehouse/staged-load.ts';
import { takeLook } from './take-look.ts';

let aws: TestAws;
let control: TestDatabase;
let deps: StagedLoadDeps;
let bench: ExperimentBench;
beforeAll(async () => {
  [aws, control] = await Promise.all([startLocalAws(), startTestDatabase()]);
  Object.assign(process.env, aws.environment);
  deps = createTestWarehouse(aws.resources.bucket);
  bench = createExperimentBench(deps, control, aws.resources.tables);
});
afterAll(() => Promise.all([aws.stop(), control.stop()]));

const day = 24 * hour;
const sides = ['model', 'fallback'] as const;

/** Each unit's spending: a habit of its own before and after, and 1 more with the model. */
const habit = (i: number) => Math.round(noise(i, 4) * 500) / 10;
const before = (i: number) => habit(i) + Math.round(noise(i, 5) * 10);
const after = (i: number, group: string) =>
  habit(i) + Math.round(noise(i, 6) * 10) + (group === 'model' ? 1 : 0);

test('CUPED narrows the interval by what units did before, as least squares over the raw units does', async () => {
  const row = await bench.createExperiment(
    () => [
      { name: 'spent', kind: 'sum', valueColumn: 'spent', cuped: true },
      { name: 'as is', kind: 'sum', valueColumn: 'spent', role: 'secondary' },
    ],
    {},
  );
  const { units, assignments } = exposed(row, 1200);
  const records = units.flatMap(({ unit, exposedAt, group }, i): AcceptedRecord[] => {
    const spent = (recordId: string, ms: number, value: number) => ({
      recordId: `${recordId}-${i}`,
      timestamp: iso(exposedAt + ms),
      values: { flight: unit, spent: value },
    });
    return [
      spent('long ago', -14 * day - 1, 1000),
      spent('before', -14 * day, before(i) / 2),
      spent('just before', -1, before(i) / 2),
      spent('after', 0, after(i, group)),
    ];
  });
  await loadAssignments(deps, assignments);
  await bench.stream(row, records);
  const look = await takeLook(deps.warehouse, row, iso(startedAt + day));
  const [adjusted, plain] = look.metrics;

  const pairs = units.map(({ group }, i) => ({ group, x: before(i), y: after(i, group) }));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(pairs.map((pair) => pair.x)), mean(pairs.map((pair) => pair.y))];
  const products = pairs.reduce((sum, pair) => sum + (pair.x - x) * (pair.y - y), 0);
  const theta = products / pairs.reduce((sum, pair) => sum + (pair.x - x) ** 2, 0);
  expect(adjusted!.adjustment!.theta).toBeCloseTo(theta, 9);
  const [model, fallback] = sides.map((side) => {
    const left = pairs.filter(({ group }) => group === side).map((pair) => pair.y - theta * pair.x);
    return sampleMean({
      n: left.length,
      sum: left.reduce((sum, value) => sum + value, 0),
      sumSquares: left.reduce((sum, value) => sum + value ** 2, 0),
    });
  });
  const expected = sequentialTest(model!, fallback!, { alpha: 0.05, tuningUnits: 5000 })!;
  for (const key of ['estimate', 'low', 'high', 'p'] as const)
    expect(adjusted![key]).toBeCloseTo(expected[key], 8);
  expect(adjusted!.means).toEqual(plain!.means);
  expect(plain!.adjustment).toBeNull();
  expect(adjusted!.adjustment!.varianceReduction).toBeGreaterThan(0.8);
  expect(adjusted!.low!).toBeGreaterThan(0);
  expect(plain!.low!).toBeLessThan(0);
  expect(adjusted!.outlook!.power).toBeGreaterThan(plain!.outlook!.power);
  expect(adjusted!.outlook!.detectable).toBeLessThan(plain!.outlook!.detectable / 2);
  const { estimate: difference, standardError } = expected;
  expect(adjusted!.outlook!.expectedUnits).toBe(
    unitsToDetect({ difference, unitVariance: 1200 * standardError ** 2, alpha: 0.05, tuningUnits: 5000 }),
  );
  expect(look.health.preExposure).toHaveLength(2);
  expect(look.health.preExposure!.every(({ alarm }) => !alarm)).toBe(true);
});

test('health tells late, stray and missing events, and groups that differed before they were treated differently', async () => {
  const row = await bench.createExperiment(
    () => [
      { name: 'bought', kind: 'conversion', valueColumn: 'bought' },
      { name: 'spent', kind: 'sum', valueColumn: 'spent', role: 'secondary' },
      { name: 'elsewhere', kind: 'count', unitColumn: 'customer', role: 'secondary' },
    ],
    {},
  );
  const { units, assignments } = exposed(row, 400);
  const records = units.flatMap(({ unit, exposedAt, group }, i): AcceptedRecord[] => {
    const at = (recordId: string, ms: number, values: AcceptedRecord['values']) => ({
      recordId: `${recordId}-${i}`,
      timestamp: iso(exposedAt + ms),
      values,
    });
    const flight = { flight: i < 10 ? `stray-${i}` : unit };
    return [
      ...(group === 'model' || i % 4 === 0 ? [at('before', -day, { ...flight, bought: 1 })] : []),
      at('after', 1, { ...flight, bought: i % 2, ...(i < 30 ? {} : { spent: 5 }) }),
    ];
  });
  await loadAssignments(deps, assignments);
  const receivedAt = iso(startedAt + day + 200 * 60_000 + 1);
  await bench.stream(row, records, { receivedAt });
  const { health } = await takeLook(deps.warehouse, row, iso(startedAt + 2 * day));
  expect(health).toMatchObject({ unitsInBothGroups: 0, unitsInWrongGroup: 0, eventsWithoutExposure: 10 });
  // Those that happened more than a day before they came: of the units 10 to 199, exposed in the first 200 minutes.
  expect(health.lateEvents).toBe(190);
  const [bought, ...others] = health.preExposure!;
  expect(bought).toMatchObject({ metric: 'bought', alarm: true });
  expect(others).toEqual([]);
  expect(health.missingData).toEqual([
    { metric: 'spent', detail: '30 of 400 events have no number in spent' },
    { metric: 'elsewhere', detail: 'no event has come since the start, by column customer' },
  ]);
});

test('the warehouse recomputes every unit’s group, whatever characters it is made of, and finds those that are wrong', async () => {
  const row = await bench.createExperiment(() => [{ name: 'any', kind: 'count' }], {});
  const split = 0.3;
  const starts = ['u', 'zoë ', '𝒳✈', '"\' \\', '日本'];
  const names = Array.from(
    { length: 600 },
    (_, i) => `${starts[i % 5]!}${i % 7 === 0 ? '😀'.repeat(i % 50) : ''}${i}`,
  );
  const wrong = new Set(names.filter((_, i) => i % 20 === 3));
  const assignments = names.map((unit, i): Assignment => {
    const right = assignGroup(row.seed, unit, split);
    const group = wrong.has(unit) ? (right === 'model' ? 'fallback' : 'model') : right;
    return { experiment: row.id, unit, group, exposedAt: iso(startedAt + i) };
  });
  await loadAssignments(deps, assignments);
  const look = (seed: string, at: number) =>
    takeLook(deps.warehouse, { ...row, seed, split: at }, iso(startedAt + day));
  expect((await look(row.seed, split)).health.unitsInWrongGroup).toBe(wrong.size);
  expect((await look('another seed', split)).health.unitsInWrongGroup).toBeGreaterThan(150);
});
