import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { datasets } from '@foretell/backend/db/data';
import type { AcceptedRecord } from '@foretell/core/contracts/messages';
import { newId } from '@foretell/core/node/new-id';
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

test('a verdict is the one that raw rows give, however often messages come and whatever falls outside the window', async () => {
  const { stream, analyze, looksOf, stored } = bench;
  const row = await bench.createExperiment(
    () => [
      { name: 'warned rightly', kind: 'conversion', valueColumn: 'warned_rightly', windowHours: 24 },
      { name: 'delay', kind: 'sum', valueColumn: 'delay', windowHours: 24, role: 'secondary' },
      {
        name: 'capped delay',
        kind: 'sum',
        valueColumn: 'delay',
        windowHours: 24,
        role: 'secondary',
        winsorizeAt: 0.9,
      },
      {
        name: 'minutes a leg',
        kind: 'ratio',
        valueColumn: 'delay',
        denominatorColumn: 'legs',
        windowHours: 24,
        role: 'secondary',
      },
      { name: 'records', kind: 'count', windowHours: 24, role: 'secondary' },
    ],
    { minDays: 2 },
  );
  const { units, assignments } = exposed(row, 2000);
  const records = units.flatMap(({ unit, exposedAt, group }, i): AcceptedRecord[] => {
    if (i % 10 === 0) return [];
    const right = noise(i, 1) < (group === 'model' ? 0.75 : 0.5);
    const values = {
      flight: unit,
      warned_rightly: right,
      delay: Math.round(noise(i, 2) * 900) / 10,
      legs: 1 + (i % 3),
    };
    const at = (ms: number, id: string): AcceptedRecord => ({
      recordId: id,
      timestamp: iso(exposedAt + ms),
      values,
    });
    return [at(0, `${i}-at`), at(2 * hour, `${i}-in`), at(-1, `${i}-before`), at(24 * hour, `${i}-after`)];
  });
  records.push({
    recordId: 'stray',
    timestamp: iso(startedAt),
    values: { flight: 'nobody', warned_rightly: true, delay: 1, legs: 1 },
  });

  const recordsOf = Map.groupBy(records, ({ values }) => String(values['flight']));

  await loadAssignments(deps, assignments.slice(0, 1200));
  await Promise.all([
    stream(row, records.slice(0, 4000), { times: 2 }),
    stream(row, records.slice(3000)),
    loadAssignments(deps, assignments.slice(800)),
  ]);

  const result = await analyzed();
  const expected = recomputed();
  for (const [name, groups] of Object.entries(expected)) {
    const of = result.find((each) => each.metric === name)!;
    for (const side of ['model', 'fallback'] as const) {
      const { n, values } = groups[side];
      expect(of.groups[side].n).toBe(n);
      expect(of.groups[side].sum).toBeCloseTo(
        values.reduce((sum, y) => sum + y, 0),
        6,
      );
      expect(of.groups[side].sumSquares).toBeCloseTo(
        values.reduce((sum, y) => sum + y * y, 0),
        4,
      );
    }
  }
  const legs = result.find(({ metric: name }) => name === 'minutes a leg')!;
  const totals = { model: { d: 0, y: 0 }, fallback: { d: 0, y: 0 } };
  for (const { unit, group } of units)
    for (const { values } of inWindow(unit)) {
      totals[group].y += Number(values['delay']);
      totals[group].d += Number(values['legs']);
    }
  expect(legs.means.model).toBeCloseTo(totals.model.y / totals.model.d, 9);
  expect(legs.means.fallback).toBeCloseTo(totals.fallback.y / totals.fallback.d, 9);

  async function analyzed() {
    await analyze(row, startedAt + hour);
    const looks = await looksOf(row);
    expect(looks).toHaveLength(1);
    const { look, waitingFor } = looks[0]!;
    expect(waitingFor).toEqual(['it has run less than one of at least 2 days']);
    expect(look.health).toMatchObject({
      unitsInBothGroups: 0,
      eventsWithoutExposure: 1,
      sampleRatioAlarm: false,
    });
    return look.metrics;
  }
  function inWindow(unit: string) {
    const { exposedAt } = units[Number(unit.split('-')[1])]!;
    return (recordsOf.get(unit) ?? []).filter(({ timestamp }) => {
      const after = Date.parse(timestamp) - exposedAt;
      return after >= 0 && after < 24 * hour;
    });
  }
  function recomputed() {
    const byUnit = units.map(({ unit, group }) => ({ group, events: inWindow(unit) }));
    const sums = byUnit.map(({ events }) =>
      events.reduce((sum, { values }) => sum + Number(values['delay']), 0),
    );
    const sorted = [...sums].sort((a, b) => a - b);
    const place = 0.9 * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    const cap = below + (place - Math.floor(place)) * (above - below);
    const perUnit = {
      'warned rightly': byUnit.map(({ events }) =>
        events.some(({ values }) => values['warned_rightly']) ? 1 : 0,
      ),
      delay: sums,
      'capped delay': sums.map((sum) => Math.min(sum, cap)),
      'minutes a leg': sums,
      records: byUnit.map(({ events }) => events.length),
    };
    const grouped = (values: number[], side: string) => {
      const own = values.filter((_, i) => byUnit[i]!.group === side);
      return { n: own.length, values: own };
    };
    return Object.fromEntries(
      Object.entries(perUnit).map(([name, values]) => [
        name,
        { model: grouped(values, 'model'), fallback: grouped(values, 'fallback') },
      ]),
    );
  }

  // Nothing new: no second look. Asked for: one. Once the days are over: the verdict, once and for good.
  await analyze(row, startedAt + 2 * hour);
  expect(await looksOf(row)).toHaveLength(1);
  await analyze(row, startedAt + 2 * hour, true);
  expect(await looksOf(row)).toHaveLength(2);
  await Promise.all([analyze(row, startedAt + 49 * hour), analyze(row, startedAt + 49 * hour)]);
  const { status, conclusion, runningModel } = await stored(row);
  expect({ status, runningModel, verdict: conclusion?.verdict, look: conclusion?.look }).toEqual({
    status: 'concluded',
    runningModel: null,
    verdict: 'model',
    look: 3,
  });
  await analyze(row, startedAt + 99 * hour, true);
  expect(await looksOf(row)).toHaveLength(3);
  expect((await stored(row)).conclusion).toEqual(conclusion);
});

test('the first records give a streamed dataset its columns, and a stored batch says so', async () => {
  const row = await bench.createExperiment(() => [{ name: 'any', kind: 'conversion' }], {});
  const dynamodb = new DynamoDBClient({});
  const [batch, TableName] = [newId(), aws.resources.tables.ingest];
  await dynamodb.send(
    new PutItemCommand({ TableName, Item: { id: { S: `batch#${batch}` }, status: { S: 'accepted' } } }),
  );
  const record = (i: number, values: AcceptedRecord['values']): AcceptedRecord => ({
    recordId: `r${i}`,
    timestamp: '2026-01-01T00:00:00.000Z',
    values: { flight: i, ...values },
  });
  await bench.stream(
    row,
    [
      record(1, {
        price: 3,
        paid: true,
        at: '2026-01-01T02:00:00+01:00',
        on: '2026-01-01',
        note: 'it\'s "ü"',
        'a b': null,
      }),
      record(2, { price: 3.5, paid: null, note: '2026-01-01' }),
    ],
    { batch },
  );
  const dataset = await control.database.read.findOneByOrFail(datasets, { id: row.metrics[0]!.dataset });
  expect(dataset.timeColumn).toBe('timestamp');
  expect(dataset.schema).toEqual({
    columns: [
      { name: 'timestamp', type: 'timestamp' },
      { name: 'flight', type: 'integer' },
      { name: 'price', type: 'double' },
      { name: 'paid', type: 'boolean' },
      { name: 'at', type: 'timestamp' },
      { name: 'on', type: 'date' },
      { name: 'note', type: 'string' },
    ],
  });
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName, Key: { id: { S: `batch#${batch}` } } }),
  );
  expect(Item).toMatchObject({ status: { S: 'stored' }, storedAt: { S: expect.any(String) } });
  const events = await deps.warehouse.query(
    'SELECT unit, record_id FROM metric_events WHERE dataset = :dataset ORDER BY unit',
    { dataset: dataset.id },
  );
  expect(events).toEqual([
    { unit: '1', record_id: 'r1' },
    { unit: '2', record_id: 'r2' },
  ]);
});
