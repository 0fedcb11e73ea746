import type { JobProgress } from '@foretell/backend/db/job-progress';
import { notify } from '@foretell/backend/db/notify';
import type { Message } from '@foretell/core/contracts/messages';
import type { FeatureSetStore } from '../imports/feature-set-store.ts';

export interface GivenUpDeps {
  jobs: JobProgress;
  featureSets: Pick<FeatureSetStore, 'failed'>;
}

/** A message on the dead-letter queue is not tried again: its job fails, and whoever waits for it hears so. */
export async function failGivenUpJob({ jobs, featureSets }: GivenUpDeps, message: Message): Promise<void> {
  const { payload, workspace } = message;
  if (!('job' in payload)) return;
  const detail = `It failed on our side however often it was tried. Start it again; if it fails again, tell your operator the id ${payload.job}.`;
  await jobs.failJob(payload.job, { code: 'given_up', field: null, detail }, async (tx) => {
    if (message.type === 'dataset.import') await featureSets.failed(tx, message.payload.dataset);
    await notify(tx, {
      workspace,
      source: payload.job,
      kind: 'job.failed',
      title: 'A job was given up',
      body: detail,
      link: 'dataset' in payload ? `/datasets/${payload.dataset}` : `/models/${payload.model}`,
    });
  });
}
