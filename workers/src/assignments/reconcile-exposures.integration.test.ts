import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { messages, type Assignment } from '@foretell/core/contracts/messages';
import { assignGroup } from '@foretell/core/domain/bucketing';
import { servingManifestKey } from '@foretell/core/domain/lake-keys';
import { newId } from '@foretell/core/node/new-id';
import { freePort } from '@foretell/local/testing/free-port';
import { startLocalAws, type TestAws } from '@foretell/local/testing/local-aws';
import { ids, keyText, sampleManifest } from '@foretell/prediction-api/testing/sample-manifest';
import { publishSampleModel } from '@foretell/prediction-api/testing/sample-model';
import { startApiProcess } from '@foretell/prediction-api/testing/start-process';
import { createTestWarehouse } from '../testing/warehouse.ts';
import type { StagedLoadDeps } from '../warehouse/staged-load.ts';
import { createExposureLog, type ExposureLog } from './exposure-log.ts';
import { loadAssignments } from './load-assignments.ts';
import { createReconcileExposures, type ReconcileLimits } from './reconcile-exposures.ts';

let aws: TestAws;
let deps: StagedLoadDeps;
beforeAll(async () => {
  aws = await startLocalAws();
  Object.assign(process.env, aws.environment);
  deps = createTestWarehouse(aws.resources.bucket);
});
afterAll(() => aws.stop());

const rowsOf = (experiment: string) =>
  deps.warehouse.query(
    'SELECT unit, group_name, exposed_at, conflicts FROM experiment_assignments WHERE experiment = :experiment ORDER BY unit',
    { experiment },
  );
/** A UUID v7 says when it was made. */
const madeMs = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
const asStored = (ms: number) =>
  new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.?0*Z$/, '');

describe('with a prediction API that dies while SQS is down', () => {
  const experiment = { id: ids.experiment, seed: 'seed', split: 0.5, fallback: { kind: 'random' as const } };
  /** When each answered unit was first predicted for. */
  const answered = new Map<string, number>();

  async function ask(url: string, unit: string): Promise<boolean> {
    const response = await fetch(`${url}/v1/predictions`, {
      method: 'POST',
      headers: { 'x-api-key': keyText('all'), 'content-type': 'application/json' },
      body: JSON.stringify({ model: ids.model, entity: 'ATL', unit }),
    }).catch(() => null);
    const answer = (await response?.json().catch(() => null)) as { id: string } | null | undefined;
    if (!answer) return false;
    answered.set(unit, Math.min(madeMs(answer.id), answered.get(unit) ?? Infinity));
    return true;
  }

  beforeAll(async () => {
    const model = await publishSampleModel(deps.lake, {
      workspace: ids.workspace,
      id: ids.model,
      version: 1,
    });
    const manifest = sampleManifest({ models: [{ ...model, experiment }] });
    await deps.lake.replace(servingManifestKey, JSON.stringify(manifest), null);
    const port = await freePort();
    const nobody = `http://127.0.0.1:${await freePort()}/0/assignments`;
    const api = await startApiProcess({ ...aws.environment, QUEUE_URL_ASSIGNMENTS: nobody }, port);
    let next = 0;
    const loading = Array.from({ length: 16 }, async () => {
      // Every unit comes about three times.
      for (let alive = true; alive;) alive = await ask(api.url, `u${Math.floor(next++ / 3)}`);
    });
    while (answered.size < 100) await new Promise((resolve) => setTimeout(resolve, 20));
    await api.stop('SIGKILL');
    await Promise.all(loading);
  });

  const reconcileAt = (now: Date) =>
    createReconcileExposures({
      ...deps,
      log: createExposureLog(new DynamoDBClient(), aws.resources.tables.predictions),
      now: () => now,
    })(ids.experiment);

  test('every answered unit has one assignment, of its group and its first prediction', async () => {
    expect(answered.size).toBeGreaterThan(50);
    expect(await rowsOf(ids.experiment)).toEqual([]);
    const { predictions, complete } = await reconcileAt(new Date());
    expect(complete).toBe(true);
    expect(predictions).toBeGreaterThan(answered.size);
    const rows = await rowsOf(ids.experiment);
    const byUnit = new Map(rows.map((row) => [row['unit'], row]));
    expect(byUnit.size).toBe(rows.length);
    for (const [unit, firstMs] of answered) {
      const group = assignGroup('seed', unit, 0.5);
      expect(byUnit.get(unit)).toEqual({
        unit,
        group_name: group,
        exposed_at: asStored(firstMs),
        conflicts: 0,
      });
    }
    // Beyond those, only what was stored and could not be answered any more.
    expect(rows.length - answered.size).toBeLessThanOrEqual(16);
  });

  test('again, or after what the queue brings late, nothing changes; what is settled is not read again', async () => {
    const before = await rowsOf(ids.experiment);
    const late = before.map((row): Assignment => {
      const unit = String(row['unit']);
      const group = assignGroup('seed', unit, 0.5);
      return { experiment: ids.experiment, unit, group, exposedAt: new Date().toISOString() };
    });
    await loadAssignments(deps, late);
    const again = await reconcileAt(new Date(Date.now() + 600_000));
    const settled = await reconcileAt(new Date(Date.now() + 600_000));
    expect(await rowsOf(ids.experiment)).toEqual(before);
    expect(again.predictions).toBeGreaterThan(answered.size);
    expect(settled.predictions).toBeLessThan(20);
  });
});

test('1,000 first calls for one unit at once, over two replicas, are one group and one exposure', async () => {
  const experiment = { id: newId(), seed: 'two replicas', split: 0.5, fallback: { kind: 'random' as const } };
  const model = await publishSampleModel(deps.lake, {
    workspace: ids.workspace,
    id: ids.otherModel,
    version: 1,
  });
  const before = await deps.lake.get(servingManifestKey).catch(() => null);
  const manifest = sampleManifest({ models: [{ ...model, experiment }] });
  await deps.lake.replace(servingManifestKey, JSON.stringify(manifest), before?.etag ?? null);
  const replicas = await Promise.all(
    [await freePort(), await freePort()].map((port) => startApiProcess(aws.environment, port)),
  );
  const answers = await Promise.all(
    Array.from({ length: 1000 }, async (_, i) => {
      const response = await fetch(`${replicas[i % 2]!.url}/v1/predictions`, {
        method: 'POST',
        headers: { 'x-api-key': keyText('all'), 'content-type': 'application/json' },
        body: JSON.stringify({ model: ids.otherModel, entity: 'ATL', unit: 'one' }),
      });
      expect(response.status).toBe(200);
      return (await response.json()) as { id: string; experiment: { group: string } };
    }),
  );
  await Promise.all(replicas.map((replica) => replica.stop('SIGTERM')));
  const told = (await receiveAssignments()).filter((each) => each.experiment === experiment.id);
  expect(told.length).toBeGreaterThan(0);
  await Promise.all(told.map((each) => loadAssignments(deps, [each])));
  const log = createExposureLog(new DynamoDBClient(), aws.resources.tables.predictions);
  const reconciled = await createReconcileExposures({ ...deps, log, now: () => new Date() })(experiment.id);
  expect(reconciled.predictions).toBe(1000);
  const [group, ...otherGroups] = new Set(answers.map((answer) => answer.experiment.group));
  expect(otherGroups).toEqual([]);
  const first = Math.min(...answers.map(({ id }) => madeMs(id)));
  expect(await rowsOf(experiment.id)).toEqual([
    { unit: 'one', group_name: group, exposed_at: asStored(first), conflicts: 0 },
  ]);
});

async function receiveAssignments(): Promise<Assignment[]> {
  const told: Assignment[] = [];
  const ask = { QueueUrl: aws.resources.queueUrls.assignments, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
  for (;;) {
    const { Messages = [] } = await new SQSClient().send(new ReceiveMessageCommand(ask));
    if (Messages.length === 0) return told;
    for (const { Body } of Messages)
      told.push(...messages['assignments.batch'].schema.parse(JSON.parse(Body ?? '')).payload.assignments);
  }
}

describe('with more in the log than one turn takes', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  const pagesOf10 = (experiment: string, count: number): ExposureLog => ({
    async *pages(_experiment, shard, from) {
      const all = Array.from({ length: shard === 0 ? count : 0 }, (_, i): Assignment => ({
        experiment,
        unit: `u${i}`,
        group: 'model',
        exposedAt: at(i),
      })).filter(({ exposedAt }) => exposedAt >= from);
      for (let start = 0; start < all.length; start += 10)
        yield await Promise.resolve(all.slice(start, start + 10));
    },
  });
  const reconcile = (experiment: string, count: number, limits: ReconcileLimits) =>
    createReconcileExposures(
      { ...deps, log: pagesOf10(experiment, count), now: () => new Date() },
      limits,
    )(experiment);

  test('it is loaded in parts, each with its place in the log', async () => {
    const experiment = newId();
    const result = await reconcile(experiment, 95, { maxUnits: 25, maxPages: 100 });
    expect(result).toEqual({ predictions: 95, units: 95, complete: true });
    expect(await rowsOf(experiment)).toHaveLength(95);
  });

  test('a turn ends at its bound and says so, and the next goes on from there', async () => {
    const experiment = newId();
    const limits = { maxUnits: 1000, maxPages: 3 };
    const rows: number[] = [];
    const complete: boolean[] = [];
    for (let turn = 0; turn < 3; turn++) {
      complete.push((await reconcile(experiment, 75, limits)).complete);
      rows.push((await rowsOf(experiment)).length);
    }
    expect(rows).toEqual([30, 59, 75]);
    expect(complete).toEqual([false, false, true]);
  });
});
