import type { JobRow } from '@foretell/backend/db/work';

/** What notifications name as their cause: each attempt at a job is told of once. */
export const causeOf = ({ id, attempt }: Pick<JobRow, 'id' | 'attempt'>): string =>
  attempt === 1 ? id : `${id} attempt ${attempt}`;
