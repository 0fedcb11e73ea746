import type { Job } from '@foretell/core/contracts/control-api/jobs';
import type { Transaction } from '../../db/database.ts';
import { jobs, unfinishedJob, type JobRow } from '../../db/work.ts';

/** What a job is of its subject. */
const words: Record<Job['type'], string> = {
  'dataset.import': 'an import of it',
  'training.run': 'a training of it',
  'batch-prediction.run': 'a batch prediction',
  'online-features.publish': 'a refresh of its online features',
};

/** The jobs that are not over, as what keeps their subject from being deleted: `a training of it is under way`. */
export const underWay = (rows: readonly JobRow[]): string[] =>
  [...new Set(rows.map(({ type }) => words[type]))].map((kind) => `${kind} is under way`);

export const unfinishedJobsOf = (tx: Transaction, subjectId: string): Promise<JobRow[]> =>
  tx.findBy(jobs, { subjectId, status: unfinishedJob });
