import { modelCard } from '@foretell/core/contracts/model-version';
import type { Message } from '@foretell/core/contracts/messages';
import { modelVersionKeys } from '@foretell/core/domain/lake-keys';
import { runJob, type JobOutcome, type RunningJob } from '../jobs/run-job.ts';
import type { Handler } from '../runtime/handler.ts';
import { fetchFeatureSet, newestTime } from './feature-set-files.ts';
import { publishOnlineFeatures } from './publish-online-features.ts';
import type { TrainingDeps } from './training-handler.ts';

type OnlineFeaturesDeps = Omit<TrainingDeps, 'trainer'>;
type Payload = Message<'online-features.publish'>['payload'];

/** Publishes a version's online features anew, from the newest feature set of its dataset. */
export function createOnlineFeaturesHandler(deps: OnlineFeaturesDeps): Handler<'online-features.publish'> {
  return async ({ workspace, payload }, context) => {
    const kind = {
      failedKind: 'online-features.failed',
      failedTitle: 'Online features could not be published',
      link: `/models/${payload.model}`,
    };
    await runJob(deps, { job: payload.job, workspace }, kind, context, (job) => publish(deps, payload, job));
  };
}

async function publish(
  deps: OnlineFeaturesDeps,
  { model: id, modelVersion }: Payload,
  job: RunningJob,
): Promise<JobOutcome> {
  const { lake, store } = deps;
  const { workspace } = job;
  const model = await store.model(workspace, id);
  const { recipe, inputs } = await lake.getJson(
    modelVersionKeys(workspace, id, modelVersion).card,
    modelCard,
  );
  const featureSet = await store.latestFeatureSet(workspace, recipe.dataset);
  await job.report('read data', 0.1, { featureSet });
  const { source, summary } = await fetchFeatureSet(
    lake,
    { workspace, dataset: recipe.dataset, featureSet },
    job.dir,
    job.signal,
  );
  await job.report('online features', 0.4);
  const newest = newestTime(summary, recipe.time);
  const manifest = await publishOnlineFeatures(
    deps,
    job,
    { id, recipe, inputs },
    source,
    newest,
    await store.nextOnlineFeatures(id),
  );
  if (manifest)
    await job.report('online features', 0.9, { entities: manifest.entities, bytes: manifest.bytes });
  return {
    kind: 'online-features.published',
    title: `"${model.name}" sees newer data`,
    body: manifest
      ? `${manifest.entities} entities as of ${manifest.asOf.slice(0, 10)}.`
      : 'The model uses no history.',
    link: `/models/${id}`,
    async along(tx) {
      if (manifest) await store.addOnlineFeatures(tx, { workspace, job: job.id, modelVersion, manifest });
    },
  };
}
