import type { Transaction } from '@foretell/backend/db/database';
import type { JobOutcome, RunningJob } from '../jobs/run-job.ts';
import { importAmplitude } from './amplitude/import-amplitude.ts';
import type { ImportDeps, ImportMessage, SourcePayload } from './import-deps.ts';
import { mergeIntoFeatureSet } from './merge-into-feature-set.ts';
import { fetchChunks } from './rows/chunk.ts';
import type { KeptChunk } from './source-store.ts';
import { importWarehouse } from './warehouse/import-warehouse.ts';

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
    if (rows) return mergeIntoFeatureSet(deps, dataset, { ...rowsOf(deps, rows.chunks), ...rows }, job);
    await deps.sources.sendAgain(message);
    return 'elsewhere';
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
