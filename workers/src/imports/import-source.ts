import type { Message } from '@foretell/core/contracts/messages';
import type { Egress } from '@foretell/core/node/egress';
import type { JobOutcome, RunningJob } from '../jobs/run-job.ts';
import type { SendAgain } from '../runtime/send-again.ts';
import { importAmplitude } from './amplitude/import-amplitude.ts';
import type { ImportDeps } from './import-handler.ts';
import { mergeIntoFeatureSet } from './merge-into-feature-set.ts';
import { fetchChunks } from './rows/chunk.ts';
import type { ReadSecret } from './read-secret.ts';
import type { SourceStore } from './source-store.ts';

export interface SourceDeps {
  store: SourceStore;
  readSecret: ReadSecret;
  egress: Egress;
  sendAgain: SendAgain;
  /** After so long the rest is handed on by a new message: a worker that dies repeats little, and other imports get their turn. */
  sliceMs: number;
}

type ImportMessage = Message<'dataset.import'>;
export type SourcePayload = Extract<ImportMessage['payload'], { until: string }>;

/** From a source outside to the dataset's next feature set; `elsewhere` when the rest was handed on. */
export async function importSource(
  deps: ImportDeps,
  message: ImportMessage,
  payload: SourcePayload,
  job: RunningJob,
): Promise<JobOutcome | 'elsewhere'> {
  const dataset = await deps.store.dataset(job.workspace, payload.dataset);
  const { source, connection } = await deps.sources.store.source(job.workspace, dataset.id);
  const brought = await importAmplitude(deps, { source, connection, payload }, job);
  if (brought.kind === 'unfinished') {
    await deps.sources.sendAgain({ ...message, payload: { ...payload, windowHours: brought.windowHours } });
    return 'elsewhere';
  }
  const { chunks, idColumn } = brought;
  return mergeIntoFeatureSet(
    deps,
    dataset,
    {
      keys: chunks.map(({ manifestKey }) => manifestKey),
      idColumn,
      stage: (dir, signal) => fetchChunks(deps.lake, chunks, dir, signal),
      markMerged: (tx, n) => deps.sources.store.markMerged(tx, chunks, n),
    },
    job,
  );
}
