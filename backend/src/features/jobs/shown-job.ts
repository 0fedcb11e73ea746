import type { Job } from '@foretell/core/contracts/control-api/jobs';
import type { JobRow } from '../../db/work.ts';

export const shownJob = (row: JobRow): Job => ({
  id: row.id,
  type: row.type,
  status: row.status,
  progress: row.progress,
  step: row.step,
  error: row.error,
  subject: { kind: row.subjectKind, id: row.subjectId },
  figures: row.figures,
  attempt: row.attempt,
  history: row.history ?? [],
  createdAt: row.createdAt,
  startedAt: row.startedAt,
  updatedAt: row.updatedAt,
  finishedAt: row.finishedAt,
});
