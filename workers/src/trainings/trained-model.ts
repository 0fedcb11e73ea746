import { join } from 'node:path';
import { trainingSetKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { withDuckDb } from '@foretell/spark-jobs/duckdb';
import type { RunningJob } from '../jobs/run-job.ts';
import type { Engine } from '../runs/embedded-runs.ts';
import type { TrainingSet } from './build-training-set.ts';
import { checkSplits } from './check-splits.ts';
import { thinned } from './evaluate-model.ts';
import type { Round, TrainerOptions } from './run-trainer.ts';
import { trainModel } from './train-model.ts';
import { bringTrainedOnSpark, type TrainedOnSpark } from './trained-on-spark.ts';
import { readTrainingData } from './training-data.ts';
import type { TrainingStore } from './training-store.ts';

export interface TrainedModelDeps {
  lake: Lake;
  engine: Engine;
  trainer: TrainerOptions;
}

type TrainingSubject = Awaited<ReturnType<TrainingStore['training']>>;

/** The model that the run has trained, or one trained here when it left that to us. */
export async function trainedModel(
  { lake, engine, trainer }: TrainedModelDeps,
  { model, training }: TrainingSubject,
  { manifest, paths }: TrainingSet,
  job: RunningJob,
): Promise<TrainedOnSpark> {
  const { recipe } = model;
  const { parameters } = training;
  const duckDb = { ...engine, tempDir: join(job.dir, 'spill'), signal: job.signal };
  if (manifest.training) {
    const { prefix } = trainingSetKeys(job.workspace, model.id, training.n);
    const brought = await bringTrainedOnSpark(
      { lake, duckDb },
      job,
      prefix,
      manifest.training,
      recipe,
      parameters,
    );
    checkSplits(brought.data, recipe);
    return brought;
  }
  const data = await withDuckDb(duckDb, (connection) => readTrainingData(connection, paths, recipe));
  checkSplits(data, recipe);
  const rows = { train: data.train.rows, validation: data.validation.rows, test: data.test.rows };
  await job.report('training set', 0.35, rows);
  const progress = liveCurve(job, parameters.parameters.rounds);
  const trained = await trainModel(trainer, job.dir, data, recipe, parameters, job.signal, progress.tell);
  await progress.settle();
  return { data, rows, trained };
}

/** Tells the learning curve as it grows, one report at a time. */
function liveCurve(job: RunningJob, rounds: number) {
  let telling: Promise<void> | null = null;
  let failure: unknown = null;
  return {
    tell: (curve: readonly Round[]): void => {
      telling ??= job
        .report('train', 0.35 + (0.35 * curve.length) / rounds, { learningCurve: thinned(curve), rounds })
        .catch((error: unknown) => (failure = error))
        .then(() => new Promise<void>((resolve) => setTimeout(resolve, 400)))
        .then(() => void (telling = null));
    },
    settle: async (): Promise<void> => {
      await telling;
      if (failure) throw failure as Error;
    },
  };
}
