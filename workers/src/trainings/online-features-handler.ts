import { modelCard } from '@foretell/core/contracts/model-version';
import type { Message } from '@foretell/core/contracts/messages';
import { whole } from '@foretell/core/domain/count-words';
import { modelVersionKeys } from '@foretell/core/domain/lake-keys';
import { runJob, type JobOutcome, type RunningJob } from '../jobs/run-job.ts';
import { openRecipeData } from '../runs/feature-set.ts';
import { elsewhere } from '../runs/job-runs.ts';
import type { Handler } from '../runtime/handler.ts';
import { publishOnlineFeatures } from './publish-online-features.ts';
import type { TrainingDeps } from './training-handler.ts';

type OnlineFeaturesDeps = Omit<TrainingDeps, 'trainer'>;
type Payload = Message<'online-features.publish'>['payload'];

/** Publishes a version's online features anew, from the newest feature sets of its datasets. */
export function createOnlineFeaturesHandler(deps: OnlineFeaturesDeps): Handler<'online-features.publish'> {
  return async ({ workspace, payload }, context) => {
    const kind = {
      failedKind: 'online-features.failed',
      failedTitle: (model: string) => `Online features of ${model} could not be published`,
      link: `/models/${payload.model}`,
    };
    await runJob(deps, { job: payload.job, workspace }, kind, context, (job) => publish(deps, payload, job));
  };
}

async function publish(
  deps: OnlineFeaturesDeps,
  payload: Payload,
  job: RunningJob,
): Promise<JobOutcome | typeof elsewhere> {
  const { model: id, modelVersion } = payload;
  const { lake, store } = deps;
  const { workspace } = job;
  const model = await store.model(workspace, id);
  const { recipe, inputs } = await lake.getJson(
    modelVersionKeys(workspace, id, modelVersion).card,
    modelCard,
  );
  const newest = await store.latestFeatureSet(workspace, recipe.dataset);
  await job.report('read data', 0.1, { featureSet: newest });
  const rows = { dataset: recipe.dataset, featureSet: newest };
  const featureSet = await openRecipeData(lake, workspace, recipe, rows, ({ dataset }) =>
    store.latestFeatureSet(workspace, dataset),
  );
  await job.report('online features', 0.4);
  const manifest = await publishOnlineFeatures(
    deps,
    job,
    { id, recipe, inputs },
    { featureSet, next: { type: 'online-features.publish', payload } },
    await store.nextOnlineFeatures(id),
  );
  if (manifest === elsewhere) return elsewhere;
  if (manifest)
    await job.report('online features', 0.9, { entities: manifest.entities, bytes: manifest.bytes });
  return {
    kind: 'online-features.published',
    title: `"${model.name}" sees newer data`,
    body: manifest
      ? `${whole(manifest.entities)} ${manifest.entities === 1 ? 'entity' : 'entities'} as of ${manifest.asOf.slice(0, 10)}.`
      : 'The model uses no history.',
    link: `/models/${id}`,
    async along(tx) {
      if (manifest) await store.addOnlineFeatures(tx, { workspace, job: job.id, modelVersion, manifest });
    },
  };
}
