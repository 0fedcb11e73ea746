import { runJob } from '../jobs/run-job.ts';
import { importRecords } from '../records/import-records.ts';
import type { Handler } from '../runtime/handler.ts';
import type { FeatureSetStore } from './feature-set-store.ts';
import type { ImportDeps } from './import-deps.ts';
import { importFile } from './import-file.ts';
import { importSource } from './import-source.ts';
import { cancelUnloads } from './warehouse/unload/bring-unloaded.ts';

/** From an uploaded file, a source outside or streamed records to a feature set with its sample and summary: typed Parquet, its manifest last. */
export function createImportHandler(deps: ImportDeps): Handler<'dataset.import'> {
  return async (message, context) => {
    const { workspace, payload } = message;
    const kind = {
      failedKind: 'dataset.failed',
      failedTitle: (dataset: string) => `${dataset} could not be imported`,
      link: `/datasets/${payload.dataset}`,
      alongFailure: (tx: Parameters<FeatureSetStore['failed']>[0]) => deps.store.failed(tx, payload.dataset),
      ...('until' in payload ? { endElsewhere: () => cancelUnloads(deps, payload) } : {}),
    };
    await runJob(deps, { job: payload.job, workspace }, kind, context, (job, { attempt }) => {
      if ('uploadKey' in payload) return importFile(deps, payload, job);
      if ('records' in payload) return importRecords(deps, payload.dataset, job);
      return importSource(deps, message, payload, job, attempt);
    });
  };
}
