import { addJob } from '@foretell/backend/db/add-job';
import { datasets } from '@foretell/backend/db/data';
import type { Database, Transaction } from '@foretell/backend/db/database';
import { recordFiles as recordFileRows } from '@foretell/backend/db/record-files';
import { lockRow } from '@foretell/backend/db/rows';
import { jobs, unfinishedJob, type JobRow } from '@foretell/backend/db/work';
import { IsNull, Not } from 'typeorm';
import type { Handler } from '../runtime/handler.ts';
import { filesAtOnce } from './import-records.ts';
import type { RecordFileStore } from './record-file-store.ts';

export interface CompactDeps {
  database: Database;
  recordFiles: RecordFileStore;
  now: () => Date;
}

/**
 * Of the time since it began, a dataset's compaction takes at most this share: a large one rests longer, unless as much waits
 * as one takes. Else what waits would only grow.
 */
const busyShare = 0.1;
/** After one that failed: most likely it would fail again. */
const restAfterFailureMs = 3_600_000;

/** When the dataset's next compaction may begin, epoch milliseconds. */
function nextAt({ status, startedAt, createdAt, finishedAt }: JobRow): number {
  const [from, to] = [Date.parse(startedAt ?? createdAt), Date.parse(finishedAt ?? createdAt)];
  return status === 'succeeded' ? from + (to - from) / busyShare : to + restAfterFailureMs;
}

async function start(
  tx: Transaction,
  { dataset, workspace }: { dataset: string; workspace: string },
  now: Date,
): Promise<JobRow | null> {
  // Two clocks at once would both find no import under way.
  if (!(await lockRow(tx, datasets, { id: dataset }))) return null;
  const imports = { subjectId: dataset, type: 'dataset.import' } as const;
  if (await tx.existsBy(jobs, { ...imports, status: unfinishedJob })) return null;
  const ended = { ...imports, finishedAt: Not(IsNull()) };
  const last = await tx.findOne(jobs, { where: ended, order: { finishedAt: 'DESC' } });
  if (last?.payload?.['records'] === true && now.getTime() < nextAt(last)) {
    const waiting = await tx.countBy(recordFileRows, { dataset, featureSet: IsNull() });
    if (last.status !== 'succeeded' || waiting < filesAtOnce) return null;
  }
  return addJob(
    tx,
    workspace,
    'dataset.import',
    { kind: 'dataset', id: dataset },
    { dataset, records: true },
  );
}

/** `records.compact`: starts an import of each dataset that streamed records wait of, one at a time a dataset. */
export function createCompactHandler({
  database,
  recordFiles,
  now,
}: CompactDeps): Handler<'records.compact'> {
  return async (_, { logger }) => {
    for (const waiting of await recordFiles.waitingDatasets()) {
      const job = await database.write((tx) => start(tx, waiting, now()));
      if (job)
        logger.info({ dataset: waiting.dataset, job: job.id }, 'streamed records become a feature set');
    }
  };
}
