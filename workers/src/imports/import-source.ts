import type { Transaction } from '@foretell/backend/db/database';
import type { Message } from '@foretell/core/contracts/messages';
import type { Egress } from '@foretell/core/node/egress';
import type { JobOutcome, RunningJob } from '../jobs/run-job.ts';
import type { SendAgain } from '../runtime/send-again.ts';
import { importAmplitude } from './amplitude/import-amplitude.ts';
import type { ImportDeps } from './import-handler.ts';
import { mergeIntoFeatureSet } from './merge-into-feature-set.ts';
import { fetchChunks } from './rows/chunk.ts';
import type { ReadSecret } from './read-secret.ts';
import type { KeptChunk, SourceStore } from './source-store.ts';
import { importWarehouse } from './warehouse/import-warehouse.ts';

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
  attempt: number,
): Promise<JobOutcome | 'elsewhere'> {
  const dataset = await deps.store.dataset(job.workspace, payload.dataset);
  const { source, connection } = await deps.sources.store.source(job.workspace, dataset.id);
  const { secretRef } = connection;
  if ('query' in source.settings) {
    const rows = await importWarehouse(
      deps,
      { dataset: dataset.id, asked: source.settings, connection },
      job,
      attempt,
    );
    return mergeIntoFeatureSet(deps, dataset, { ...rowsOf(deps, rows.chunks), ...rows }, job);
  }
  if (connection.kind !== 'amplitude')
    throw new Error(`a connection of kind ${connection.kind} is asked for no query`);
  const { settings } = connection;
  const { from } = source.settings;
  const brought = await importAmplitude(
    deps,
    { dataset: dataset.id, from, secretRef, settings, payload },
    job,
  );
  if (brought.kind === 'unfinished') {
    await deps.sources.sendAgain({ ...message, payload: { ...payload, windowHours: brought.windowHours } });
    return 'elsewhere';
  }
  const { chunks, idColumn } = brought;
  return mergeIntoFeatureSet(
    deps,
    dataset,
    { ...rowsOf(deps, chunks), idColumn, keeps: 'first', replaces: false },
    job,
  );
}

const rowsOf = ({ lake, sources }: ImportDeps, chunks: readonly KeptChunk[]) => ({
  keys: chunks.map(({ manifestKey }) => manifestKey),
  stage: (dir: string, signal: AbortSignal) => fetchChunks(lake, chunks, dir, signal),
  markMerged: (tx: Transaction, n: number | null) => sources.store.markMerged(tx, chunks, n),
});
