import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { datasets } from '@foretell/backend/db/data';
import { insertRows } from '@foretell/backend/db/rows';
import { experimentLooks, experiments, type ExperimentRow } from '@foretell/backend/db/serving';
import { experimentRules, metric, type Metric } from '@foretell/core/contracts/experiments';
import {
  everyWorkspace,
  type AcceptedRecord,
  type Assignment,
  type Message,
} from '@foretell/core/contracts/messages';
import { assignGroup } from '@foretell/core/domain/bucketing';
import { createLogger } from '@foretell/core/node/logger';
import { newId } from '@foretell/core/node/new-id';
import { startLocalAws, type TestAws } from '@foretell/local/testing/local-aws';
import { createExposureLog } from '../assignments/exposure-log.ts';
import { createReconcileExposures } from '../assignments/reconcile-exposures.ts';
import { loadAssignments } from '../assignments/load-assignments.ts';
import { createMarkBatchStored } from '../records/mark-batch-stored.ts';
import { createRecordsHandler } from '../records/records-handler.ts';
import { createRecordsStore } from '../records/records-store.ts';
import type { SendMessage } from '../runtime/send-message.ts';
import { startTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createTestWarehouse } from '../testing/warehouse.ts';
import type { StagedLoadDeps } from '../warehouse/staged-load.ts';
import { createAnalyzeHandler } from './analyze-handler.ts';
import { createMetricEventsHandler } from './metric-events-handler.ts';

let aws: TestAws;
let control: TestDatabase;
let deps: StagedLoadDeps;
beforeAll(async () => {
  [aws, control] = await Promise.all([startLocalAws(), startTestDatabase()]);
  Object.assign(process.env, aws.environment);
  deps = createTestWarehouse(aws.resources.bucket);
}, 60_000);
afterAll(() => Promise.all([aws.stop(), control.stop()]));

const context = { logger: createLogger('test', 'error'), signal: new AbortController().signal };
const startedAt = Date.UTC(2026, 0, 1);
const hour = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString();
const message = <T extends Message['type']>(type: T, workspace: string, payload: Message<T>['payload']) =>
  ({ id: newId(), type, version: 1, workspace, createdAt: iso(startedAt), payload }) as unknown as Message<T>;

async function createExperiment(defined: (dataset: string) => Partial<Metric>[], rules: object) {
  const [workspace, dataset, id] = [newId(), newId(), newId()];
  const at = iso(startedAt);
  const row: ExperimentRow = {
    id,
    workspace,
    model: newId(),
    modelVersion: 1,
    deployment: newId(),
    status: 'running',
    runningModel: newId(),
    seed: `seed of ${id}`,
    split: 0.5,
    fallback: { kind: 'random' },
    metrics: defined(dataset).map((each) => metric.parse({ dataset, unitColumn: 'flight', ...each })),
    rules: experimentRules.parse(rules),
    startedAt: at,
    endedAt: null,
    conclusion: null,
  };
  await control.database.write(async (tx) => {
    await insertRows(tx, datasets, {
      id: dataset,
      workspace,
      name: 'outcomes',
      source: 'stream',
      timeColumn: null,
      status: 'ready',
      latestFeatureSet: null,
      rows: null,
      schema: null,
      createdAt: at,
      updatedAt: at,
    });
    await insertRows(tx, experiments, row);
  });
  return row;
}

interface Unit {
  unit: string;
  exposedAt: number;
  group: 'model' | 'fallback';
}

function exposed({ id, seed }: ExperimentRow, count: number): { units: Unit[]; assignments: Assignment[] } {
  const units = Array.from({ length: count }, (_, i): Unit => {
    const unit = `flight-${i}`;
    return { unit, exposedAt: startedAt + (i % 500) * 60_000, group: assignGroup(seed, unit, 0.5) };
  });
  const assignments = units.map(({ unit, group, exposedAt }) => ({
    experiment: id,
    unit,
    group,
    exposedAt: iso(exposedAt),
  }));
  return { units, assignments };
}

/** Streams records as the prediction API's messages do, and whatever they cause. */
async function stream(
  row: ExperimentRow,
  records: AcceptedRecord[],
  batch = newId(),
  times = 1,
): Promise<void> {
  const { database, dir: workDir } = control;
  const dynamodb = new DynamoDBClient({});
  const now = () => new Date();
  const loadEvents = createMetricEventsHandler({ ...deps, database, workDir });
  const send: SendMessage = (type, workspace, payload) =>
    loadEvents(message(type, workspace, payload) as unknown as Message<'metric-events.load'>, context);
  const handle = createRecordsHandler({
    lake: deps.lake,
    store: createRecordsStore(database, now),
    send,
    markBatchStored: createMarkBatchStored(dynamodb, aws.resources.tables.ingest, now),
    workDir,
  });
  const dataset = row.metrics[0]!.dataset;
  const item = message('records.batch', row.workspace, {
    dataset,
    batch,
    receivedAt: iso(startedAt),
    records,
  });
  for (let i = 0; i < times; i++) await handle(item, context);
}

const analyze = (row: ExperimentRow, atMs: number, asked = false) =>
  createAnalyzeHandler({
    database: control.database,
    warehouse: deps.warehouse,
    reconcile: createReconcileExposures({
      ...deps,
      log: createExposureLog(new DynamoDBClient({}), aws.resources.tables.predictions),
      now: () => new Date(atMs),
    }),
    now: () => new Date(atMs),
  })(
    asked
      ? message('experiment.analyze', row.workspace, { experiment: row.id })
      : message('experiment.analyze', everyWorkspace, {}),
    context,
  );
const looksOf = (row: ExperimentRow) =>
  control.database.read.find(experimentLooks, { where: { experiment: row.id }, order: { n: 'ASC' } });
const stored = (row: ExperimentRow) => control.database.read.findOneByOrFail(experiments, { id: row.id });

/** Repeatable noise in [0, 1). */
const noise = (i: number, salt: number) => {
  const x = Math.sin(i * 12.9898 + salt * 78.233) * 43758.5453;
  return x - Math.floor(x);
};

test('a verdict is the one that raw rows give, however often messages come and whatever falls outside the window', async () => {
  const row = await createExperiment(
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
    stream(row, records.slice(0, 4000), newId(), 2),
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
    expect(waitingFor).toEqual(['it has run 0.0417 of at least 2 days']);
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
}, 60_000);

test('the first records give a streamed dataset its columns, and a stored batch says so', async () => {
  const row = await createExperiment(() => [{ name: 'any', kind: 'conversion' }], {});
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
  await stream(
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
    batch,
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
}, 30_000);
