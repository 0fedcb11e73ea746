import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '@foretell/backend/db/database';
import { batchPredictions } from '@foretell/backend/db/models';
import { updateRows } from '@foretell/backend/db/rows';
import { checkRows, modelCard, type ModelCard } from '@foretell/core/contracts/model-version';
import type { Message } from '@foretell/core/contracts/messages';
import { counted } from '@foretell/core/domain/count-words';
import { batchPredictionKeys, modelVersionKeys } from '@foretell/core/domain/lake-keys';
import { createEvaluator, type Evaluator } from '@foretell/core/domain/lightgbm/evaluator';
import { verifyEvaluator } from '@foretell/core/domain/lightgbm/verify';
import type { Lake } from '@foretell/core/node/lake';
import { compileScoringSet } from '@foretell/spark-jobs/compile-scoring-set';
import { newAttempt } from '../jobs/new-attempt.ts';
import { runJob, type JobDeps, type JobOutcome, type RunningJob } from '../jobs/run-job.ts';
import type { Engine } from '../runs/embedded-runs.ts';
import { openRecipeData } from '../runs/feature-set.ts';
import { elsewhere, type RunJobs } from '../runs/job-runs.ts';
import { newestFeatureSet } from '../runs/newest-feature-set.ts';
import type { Handler } from '../runtime/handler.ts';
import { scoreRows } from './score-rows.ts';
import { z } from 'zod';

export interface BatchPredictionDeps extends JobDeps {
  database: Database;
  lake: Lake;
  /** For reading what was made; `runs` makes it. */
  engine: Engine;
  runs: RunJobs;
}

/** As much of a manifest as is read: another attempt's, which was first. */
const publishedManifest = z.object({ files: z.tuple([z.object({ key: z.string() })]) });

type Payload = Message<'batch-prediction.run'>['payload'];

/** Predicts for every row of a feature set, by the very evaluator that serves, into one Parquet file. */
export function createBatchPredictionHandler(deps: BatchPredictionDeps): Handler<'batch-prediction.run'> {
  return async ({ workspace, payload }, context) => {
    const kind = {
      failedKind: 'batch-prediction.failed',
      failedTitle: (model: string) => `A batch prediction of ${model} failed`,
      link: `/models/${payload.model}`,
    };
    await runJob(deps, { job: payload.job, workspace }, kind, context, (job) => predict(deps, payload, job));
  };
}

async function predict(
  deps: BatchPredictionDeps,
  payload: Payload,
  job: RunningJob,
): Promise<JobOutcome | typeof elsewhere> {
  const { lake } = deps;
  const { workspace } = job;
  await job.report('read data', 0.05);
  const { card, evaluator } = await loadModel(lake, workspace, payload);
  const featureSet = await openRecipeData(lake, workspace, card.recipe, payload, ({ dataset }) =>
    newestFeatureSet(deps.database.read, workspace, dataset),
  );
  const { source } = featureSet;
  await job.report('features', 0.2, { rows: source.rows });
  const run = await deps.runs(job, {
    purpose: 'batch-prediction',
    folder: batchPredictionKeys(workspace, payload.model, job.id).runs,
    featureSet,
    compile: (from, dialect) => compileScoringSet(card.recipe, from, dialect, payload.keyColumn),
    next: { type: 'batch-prediction.run', payload },
  });
  if (run === elsewhere) return elsewhere;
  const duckDb = { ...deps.engine, tempDir: join(job.dir, 'spill'), signal: job.signal };
  await job.report('predict', 0.5);
  const path = join(job.dir, 'predictions.parquet');
  const files = { from: run.paths, to: path, hasKey: payload.keyColumn !== undefined };
  const rows = await scoreRows(files, card, evaluator, duckDb, (done) =>
    job.report('predict', 0.5 + (0.4 * done) / Math.max(1, source.rows), { rows: done }),
  );
  const published = await publish(lake, payload, job, path, rows);
  return {
    kind: 'batch-prediction.done',
    title: `A batch prediction of "${card.name}" is ready`,
    body: `${counted(rows, 'row')} ${rows === 1 ? 'is' : 'are'} predicted by version ${payload.modelVersion}.`,
    link: `/models/${payload.model}`,
    async along(tx) {
      const finishedAt = new Date().toISOString();
      await updateRows(tx, batchPredictions, { id: job.id }, { rows, ...published, finishedAt });
    },
  };
}

async function loadModel(
  lake: Lake,
  workspace: string,
  { model, modelVersion }: Payload,
): Promise<{ card: ModelCard; evaluator: Evaluator }> {
  const { card: cardKey } = modelVersionKeys(workspace, model, modelVersion);
  const card = await lake.getJson(cardKey, modelCard);
  const keys = modelVersionKeys(workspace, model, modelVersion, card.attempt);
  const text = await lake.get(keys.model);
  const evaluator = createEvaluator(new TextDecoder().decode(text.body));
  verifyEvaluator(evaluator, await lake.getJson(keys.checkRows, checkRows));
  return { card, evaluator };
}

async function publish(
  lake: Lake,
  payload: Payload,
  job: RunningJob,
  path: string,
  rows: number,
): Promise<{ manifestKey: string; partKey: string }> {
  const keys = batchPredictionKeys(job.workspace, payload.model, job.id);
  const body = await readFile(path);
  const key = keys.part(newAttempt());
  await lake.putNew(key, body);
  const { model, modelVersion, dataset, featureSet, keyColumn } = payload;
  const files = [{ key, rows, bytes: body.length }];
  const createdAt = new Date().toISOString();
  const made = { model, modelVersion, dataset, featureSet, keyColumn };
  const manifest = { version: 1, ...made, rows, files, createdAt };
  if (await lake.putNew(keys.manifest, JSON.stringify(manifest)))
    return { manifestKey: keys.manifest, partKey: key };
  const first = await lake.getJson(keys.manifest, publishedManifest);
  return { manifestKey: keys.manifest, partKey: first.files[0].key };
}
