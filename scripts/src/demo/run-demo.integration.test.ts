import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExperimentResults } from '@foretell/core/contracts/experiments';
import { freePort } from '@foretell/local/testing/free-port';
import { loggedTrouble } from '@foretell/local/testing/logged-trouble';
import { predictionRecord, type PredictionRecord } from '@foretell/core/contracts/predictions-table';
import { z } from 'zod';
import { createControlApi } from './api-client.ts';
import { parseDemoArguments } from './arguments.ts';
import { waitForResults } from './experiment.ts';
import { prepareFlights } from './flights.ts';
import {
  replayPredictions,
  streamRecords,
  untilServed,
  type PredictionCall,
  type PublicApi,
} from './replay.ts';
import type { DemoReport } from './report.ts';
import { runDemo } from './run-demo.ts';
import { batchesStored } from './settle.ts';
import { deployWithExperiment } from './story.ts';
import { byCoins } from './testing/by-coins.ts';

const replayed = 1500;
const root = mkdtempSync(join(tmpdir(), 'foretell-demo-'));
const stop = new AbortController();
let report: DemoReport;
let ended: Promise<number>;
let isOver = false;
let records: PredictionRecord[] = [];
const printed: string[] = [];

beforeAll(async () => {
  const options = parseDemoArguments(['--rows', '150000', '--replay', String(replayed)]);
  const ports = {
    control: await freePort(),
    public: await freePort(),
    aws: await freePort(),
    standIns: await freePort(),
  };
  ended = runDemo(options, { root, signal: stop.signal, write: (line) => printed.push(line), ports });
  const over = () => (isOver = true);
  void ended.then(over, over);
  report = await finishedReport(join(root, 'demo-report.json'));
  if (report.ok) records = await allPredictions();
}, 600_000);

afterAll(async () => {
  stop.abort();
  await ended;
  rmSync(root, { recursive: true, force: true });
}, 400_000);

async function finishedReport(file: string): Promise<DemoReport> {
  for (let last = false; ; last = isOver) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    try {
      const read = JSON.parse(readFileSync(file, 'utf8')) as DemoReport;
      if (read.finishedAt !== null) return read;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    if (last) throw new Error(`the demo ended without a finished report:\n${printed.join('\n')}`);
  }
}

async function allPredictions(): Promise<PredictionRecord[]> {
  const api = createControlApi(report.urls.control.replace(/\/api\/?$/, ''), report.token);
  const page = z.object({ items: z.array(predictionRecord), nextCursor: z.string().nullable() });
  const all: PredictionRecord[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const answer: z.output<typeof page> = await api.get(
      `/predictions?model=${report.model ?? ''}&limit=100${query}`,
      page,
    );
    all.push(...answer.items);
    cursor = answer.nextCursor;
  } while (cursor !== null);
  return all;
}

test('every step of the demo went well', () => {
  const [bad] = report.steps.filter((step) => !step.ok);
  // In one line: of a longer message little is seen in CI.
  const told = [`${bad?.name ?? 'no step'}: ${bad?.error ?? ''}`, ...printed.slice(-8)];
  if (!report.ok) throw new Error([...told, ...loggedTrouble(root)].join(' | ').replaceAll(/\s+/g, ' '));
  expect(report.steps.map((step) => step.name)).toEqual([
    'platform',
    'sign-up',
    'import',
    'train',
    'deploy',
    'replay',
    'experiment',
    'predictions',
  ]);
  expect(report.data).toEqual({ rows: 150000, columns: 5 });
});

test('the model beats its baseline on flights that left later', () => {
  const { metrics, baseline } = report.training!;
  expect(metrics.auc!).toBeGreaterThan(baseline.auc! + 0.05);
  expect(metrics.logLoss!).toBeLessThan(baseline.logLoss!);
});

test('every replayed flight has one stored prediction, with its vector and its group', () => {
  const units = new Set(records.map((record) => record.unit));
  expect(units.size).toBe(replayed);
  for (const record of records) {
    expect(record.group).not.toBeNull();
    expect(Object.keys(record.features).length).toBeGreaterThan(10);
  }
});

test('the verdict is the one that the raw rows give', async () => {
  const { heldOut } = await prepareFlights(join(root, 'again'), 1000, replayed);
  const late = new Map(heldOut.map((flight) => [flight.flight, flight.delay > 15]));
  const groups = { model: { n: 0, right: 0 }, fallback: { n: 0, right: 0 } };
  const seen = new Set<string>();
  for (const { unit, group, value } of records) {
    if (seen.has(unit)) continue;
    seen.add(unit);
    const sums = groups[group!];
    sums.n++;
    if (value === late.get(unit)) sums.right++;
  }
  const { model, fallback } = groups;
  const [p, q] = [model.right / model.n, fallback.right / fallback.n];
  const se = Math.sqrt((p * (1 - p)) / model.n + (q * (1 - q)) / fallback.n);
  const [alpha, n] = [0.05, model.n + fallback.n];
  const rho2 = (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha) + 1)) / 5000;
  const half = se * Math.sqrt((1 + 1 / (n * rho2)) * Math.log((n * rho2 + 1) / alpha ** 2));
  const experiment = report.experiment!;
  expect(experiment.n).toEqual({ model: model.n, fallback: fallback.n });
  expect(experiment.estimate).toBeCloseTo(p - q, 10);
  expect(experiment.low).toBeCloseTo(p - q - half, 10);
  expect(experiment.high).toBeCloseTo(p - q + half, 10);
  expect(p - q - half).toBeGreaterThan(0);
  expect(experiment.verdict).toBe('model');
});

/** The experiment is served once an answer names it. */
async function untilServedBy(experiment: string, publicApi: PublicApi, call: PredictionCall): Promise<void> {
  while ((await untilServed(publicApi, call)).experiment?.id !== experiment)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

test('the same replay with a coin in both arms reaches no verdict', async () => {
  const api = createControlApi(report.urls.control.replace(/\/api\/?$/, ''), report.token);
  const publicApi = { origin: report.urls.public, apiKey: report.apiKey ?? '' };
  const { heldOut } = await prepareFlights(join(root, 'coins'), 1000, replayed);
  const model = report.model ?? '';
  const calls = heldOut.map(({ flight, origin, date, destination, distance }) => ({
    model,
    entity: origin,
    unit: flight,
    features: { date, destination, distance },
  }));
  const outcome = { dataset: 'coin outcomes', metric: 'warned_rightly', unitColumn: 'flight' };
  const deployed = await deployWithExperiment(api, model, report.version ?? 1, outcome);
  await untilServedBy(deployed.experiment, publicApi, calls[0]!);
  const { answers } = await replayPredictions(publicApi, calls, () => undefined);
  const isRight = byCoins(heldOut.map((flight, i) => ({ flight, answer: answers[i]! })));
  const records = heldOut.map(({ flight }, i) => ({
    record_id: flight,
    flight,
    warned_rightly: isRight[i] ? 1 : 0,
  }));
  await batchesStored(publicApi, await streamRecords(publicApi, deployed.outcomes, records));
  const right = isRight.filter(Boolean).length;
  const rightOf = ({ latest }: ExperimentResults) => {
    const groups = latest?.metrics[0]?.groups;
    return (groups?.model.conversions ?? 0) + (groups?.fallback.conversions ?? 0);
  };
  let results = await waitForResults(api, deployed.experiment, replayed, false);
  while (rightOf(results) < right) results = await waitForResults(api, deployed.experiment, replayed, false);
  const [metric] = results.latest!.metrics;
  expect(rightOf(results)).toBe(right);
  expect(results.latest!.units.model + results.latest!.units.fallback).toBe(replayed);
  expect([metric!.low! < 0, metric!.high! > 0, results.verdict]).toEqual([true, true, 'running']);
}, 400_000);
