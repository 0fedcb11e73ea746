import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Assignment } from '@foretell/core/contracts/messages';
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
}, 60_000);
afterAll(() => aws.stop());

const rowsOf = (experiment: string) =>
  deps.warehouse.query(
    'SELECT unit, group_name, exposed_at, conflicts FROM experiment_assignments WHERE experiment = :experiment ORDER BY unit',
    { experiment },
  );
const asStored = (ms: number) =>
  new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.?0*Z$/, '');

describe('with a prediction API that dies while SQS is down', () => {
  const experiment = { id: ids.experiment, seed: 'seed', split: 0.5, fallback: { kind: 'random' as const } };
  /** When each answered unit was first predicted for: a UUID v7 says when it was made. */
  const answered = new Map<string, number>();

  async function ask(url: string, unit: string): Promise<boolean> {
    const response = await fetch(`${url}/v1/predictions`, {
      method: 'POST',
      headers: { 'x-api-key': keyText('all') },
      body: JSON.stringify({ model: ids.model, entity: 'ATL', unit }),
    }).catch(() => null);
    const answer = (await response?.json().catch(() => null)) as { id: string } | null | undefined;
    if (!answer) return false;
    const madeMs = Number.parseInt(answer.id.replaceAll('-', '').slice(0, 12), 16);
    answered.set(unit, Math.min(madeMs, answered.get(unit) ?? Infinity));
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
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await api.stop('SIGKILL');
    await Promise.all(loading);
  }, 60_000);

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
