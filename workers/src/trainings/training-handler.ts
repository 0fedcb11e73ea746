import {
  modelCard,
  modelMetrics,
  type ModelCard,
  type ModelMetrics,
} from '@foretell/core/contracts/model-version';
import { modelVersionKeys, trainingSetKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { newAttempt } from '../jobs/new-attempt.ts';
import { runJob, type JobDeps, type JobOutcome, type RunningJob } from '../jobs/run-job.ts';
import type { Engine } from '../runs/embedded-runs.ts';
import { openRecipeData, type FeatureSet } from '../runs/feature-set.ts';
import { elsewhere, type RunJobs, type RunRequest } from '../runs/job-runs.ts';
import type { Handler } from '../runtime/handler.ts';
import { buildTrainingSet, fetchTrainingSet, type TrainingSet } from './build-training-set.ts';
import { compileTrainingRun } from './compile-training-run.ts';
import { evaluateModel, thinned } from './evaluate-model.ts';
import { headline } from './headline.ts';
import { makeModelCard } from './model-card.ts';
import { publishOnlineFeatures } from './publish-online-features.ts';
import type { TrainerOptions } from './run-trainer.ts';
import type { TrainedModel } from './train-model.ts';
import { trainedModel } from './trained-model.ts';
import type { TrainingStore } from './training-store.ts';

export interface TrainingDeps extends JobDeps {
  lake: Lake;
  store: TrainingStore;
  /** For reading what was made; `runs` makes it. */
  engine: Engine;
  runs: RunJobs;
  trainer: TrainerOptions;
  /** Rows of a training set from which a run on Spark trains as well. */
  trainOnSparkFromRows: number;
}

type Subject = Awaited<ReturnType<TrainingStore['training']>>;
interface Version {
  card: ModelCard;
  metrics: ModelMetrics;
}

/** From a recipe to a model version: training set, LightGBM, metrics, artefacts, online features. */
export function createTrainingHandler(deps: TrainingDeps): Handler<'training.run'> {
  return async ({ workspace, payload }, context) => {
    const link = `/models/${payload.model}`;
    const failedTitle = (model: string) => `A training of ${model} failed`;
    const kind = { failedKind: 'training.failed', failedTitle, link };
    await runJob(deps, { job: payload.job, workspace }, kind, context, async (job) =>
      train(deps, await deps.store.training(workspace, payload.model, payload.training), job),
    );
  };
}

/** The training's own message, which brings it back from a run that went on elsewhere. */
const nextOf = ({ model, training }: Subject): RunRequest['next'] => ({
  type: 'training.run',
  payload: { job: training.job, model: model.id, training: training.id },
});

async function train(
  deps: TrainingDeps,
  subject: Subject,
  job: RunningJob,
): Promise<JobOutcome | typeof elsewhere> {
  const { model, training } = subject;
  const { recipe } = model;
  await job.report('read data', 0.02);
  const featureSet = await openRecipeData(deps.lake, job.workspace, recipe, recipe);
  const version =
    (await publishedVersion(deps.lake, subject)) ?? (await makeVersion(deps, subject, featureSet, job));
  if (version === elsewhere) return elsewhere;
  await job.report('online features', 0.92);
  const manifest = await publishOnlineFeatures(
    deps,
    job,
    { id: model.id, recipe: version.card.recipe, inputs: version.card.inputs },
    { featureSet, next: nextOf(subject) },
    await deps.store.nextOnlineFeatures(model.id),
  );
  if (manifest === elsewhere) return elsewhere;
  if (manifest)
    await job.report('online features', 0.98, { entities: manifest.entities, bytes: manifest.bytes });
  return {
    kind: 'training.done',
    title: `"${model.name}" version ${training.n} is trained`,
    body: headline(version.metrics),
    link: `/models/${model.id}/versions/${training.n}`,
    async along(tx) {
      await deps.store.addVersion(tx, training, version.card, version.metrics);
      const { workspace, id } = job;
      if (manifest)
        await deps.store.addOnlineFeatures(tx, { workspace, job: id, modelVersion: training.n, manifest });
    },
  };
}

/** The card is written last: with it, an earlier delivery of this message has finished the version. */
async function publishedVersion(lake: Lake, { model, training }: Subject): Promise<Version | null> {
  const { card: cardKey } = modelVersionKeys(model.workspace, model.id, training.n);
  if ((await lake.size(cardKey)) === null) return null;
  const card = await lake.getJson(cardKey, modelCard);
  const keys = modelVersionKeys(model.workspace, model.id, training.n, card.attempt);
  return { card, metrics: await lake.getJson(keys.metrics, modelMetrics) };
}

async function makeVersion(
  deps: TrainingDeps,
  subject: Subject,
  featureSet: FeatureSet,
  job: RunningJob,
): Promise<Version | typeof elsewhere> {
  const { model, training } = subject;
  const { recipe } = model;
  const set = await trainingSet(deps, subject, featureSet, job);
  if (set === elsewhere) return elsewhere;
  const clock = stopwatch();
  const { data, rows, trained } = await trainedModel(deps, subject, set, job);
  await job.report('train', 0.7, {
    learningCurve: thinned(trained.curve),
    rounds: trained.rounds,
    trainer: trained.library,
    seconds: clock(),
  });
  const measured = await evaluateModel(trained.evaluator, data, recipe, training.parameters, trained);
  const drawn = data.test.rows < rows.test ? { measuredRows: data.test.rows } : {};
  const metrics = { ...measured, rows, ...drawn };
  await job.report('evaluate', 0.9, { ...metrics.scores, seconds: clock() });
  const card = makeModelCard(
    { id: model.id, name: model.name, version: training.n },
    recipe,
    data,
    trained,
    metrics,
    set.manifest.engine,
  );
  return putVersion(deps.lake, subject, trained, { card, metrics });
}

async function trainingSet(
  deps: TrainingDeps,
  subject: Subject,
  featureSet: FeatureSet,
  job: RunningJob,
): Promise<TrainingSet | typeof elsewhere> {
  const { model, training } = subject;
  const clock = stopwatch();
  await job.report('training set', 0.05);
  const keys = trainingSetKeys(job.workspace, model.id, training.n);
  const stored = (await deps.lake.size(keys.manifest)) !== null;
  const compile = compileTrainingRun(model.recipe, training.parameters, deps.trainOnSparkFromRows);
  const set = stored
    ? await fetchTrainingSet(deps.lake, job, keys)
    : await buildTrainingSet(deps, job, model.recipe, { featureSet, compile, next: nextOf(subject) }, keys);
  if (set === elsewhere) return elsewhere;
  const {
    rows,
    label_rows: labelRows,
    without_label: withoutLabel,
    without_time: withoutTime,
  } = set.manifest.figures;
  await job.report('training set', 0.3, {
    rowsRead: rows,
    labelRows,
    withoutLabel,
    withoutTime,
    features: model.recipe.features.length,
    seconds: clock(),
  });
  return set;
}

/** Objects under names of this attempt alone, then the card that names the attempt: whoever writes it first has made the version. */
async function putVersion(
  lake: Lake,
  subject: Subject,
  { model: text, checkRows }: TrainedModel,
  { card, metrics }: Version,
): Promise<Version> {
  const { model, training } = subject;
  const attempt = newAttempt();
  const keys = modelVersionKeys(model.workspace, model.id, training.n, attempt);
  await lake.putNew(keys.model, text);
  await lake.putNew(keys.checkRows, JSON.stringify(checkRows));
  await lake.putNew(keys.metrics, JSON.stringify(metrics));
  const named = { ...card, attempt };
  if (await lake.putNew(keys.card, JSON.stringify(named))) return { card: named, metrics };
  const first = await publishedVersion(lake, subject);
  if (!first) throw new Error(`${keys.card} was there, and is not any more`);
  return first;
}

/** Seconds since it was last asked. */
function stopwatch(): () => number {
  let started = performance.now();
  return () => {
    const seconds = Math.round(performance.now() - started) / 1000;
    started = performance.now();
    return seconds;
  };
}
