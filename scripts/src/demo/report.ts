import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ownLoss, Scores } from '@foretell/core/contracts/model-version';

export type Figures = Record<string, unknown>;

/** `.foretell/demo-report.json`: the demo's steps and real figures. Figures are null until their step is done. */
export interface DemoReport {
  ok: boolean;
  startedAt: string;
  finishedAt: string | null;
  urls: { dashboard: string; control: string; public: string; inbox: string };
  token: string | null;
  apiKey: string | null;
  workspace: string | null;
  dataset: string | null;
  featureSet: number | null;
  model: string | null;
  version: number | null;
  steps: { name: string; ok: boolean; ms: number; figures: Figures; error?: string }[];
  data: { rows: number; columns: number } | null;
  training: {
    rows: { train: number; validation: number; test: number };
    metrics: Scores;
    baseline: Scores;
    /** The loss that it was trained to lessen, beside that of always answering the average. */
    ownLoss: ReturnType<typeof ownLoss>;
  } | null;
  replay: { predictions: number; requestsPerSecond: number; p50Ms: number; p99Ms: number } | null;
  experiment: {
    id: string;
    verdict: 'model' | 'fallback' | 'inconclusive' | 'running';
    estimate: number | null;
    low: number | null;
    high: number | null;
    n: { model: number; fallback: number };
  } | null;
  predictions: string[];
  curl: string | null;
}

/** Written whole or not at all: a reader never sees half a report. It holds a token and a key: for its owner alone. */
export function writeReport(file: string, report: DemoReport): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(report, null, 2) + '\n', { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function emptyReport(): DemoReport {
  return {
    ok: false,
    startedAt: new Date().toISOString(),
    finishedAt: null,
    urls: { dashboard: '', control: '', public: '', inbox: '' },
    token: null,
    apiKey: null,
    workspace: null,
    dataset: null,
    featureSet: null,
    model: null,
    version: null,
    steps: [],
    data: null,
    training: null,
    replay: null,
    experiment: null,
    predictions: [],
    curl: null,
  };
}
