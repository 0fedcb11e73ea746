import type { JobProgress } from '@foretell/backend/db/job-progress';
import type { Message } from '@foretell/core/contracts/messages';

/** A message on the dead-letter queue is not tried again: whoever waits for its job hears so. */
export async function failGivenUpJob(jobs: JobProgress, message: Message): Promise<void> {
  const { payload } = message;
  if (!('job' in payload)) return;
  await jobs.failJob(payload.job, {
    code: 'given_up',
    field: null,
    detail: `It failed on our side however often it was tried. Start it again; if it fails again, tell your operator the id ${payload.job}.`,
  });
}
