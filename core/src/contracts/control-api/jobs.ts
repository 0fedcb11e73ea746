import { z } from 'zod';
import { id, timestamp } from '../primitives.ts';
import { pageQuery } from './pages.ts';

export const jobStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);
export const jobError = z.object({
  code: z.string(),
  field: z.string().nullable(),
  /** The cause in words, and what to do. */
  detail: z.string(),
});
export const jobType = z.enum([
  'dataset.import',
  'training.run',
  'batch-prediction.run',
  'online-features.publish',
]);
/** An attempt at a job that is over, as it ended. */
export const jobAttempt = z.object({
  attempt: z.int(),
  status: jobStatus,
  error: jobError.nullable(),
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
});
export const job = z
  .object({
    id,
    type: jobType,
    status: jobStatus,
    /** 0 to 1. */
    progress: z.number(),
    /** What it is doing now, or did last. */
    step: z.string(),
    /** Why it failed; while it is not over, what broke the last try off. */
    error: jobError.nullable(),
    subject: z.object({ kind: z.enum(['dataset', 'model', 'training']), id }),
    /** Real figures by step, as they come: rows, seconds, losses. */
    figures: z.record(z.string(), z.unknown()),
    /** 1, and one more with each retry. */
    attempt: z.int(),
    /** The attempts before this one, oldest first. */
    history: z.array(jobAttempt),
    createdAt: timestamp,
    /** When a worker began this attempt. */
    startedAt: timestamp.nullable(),
    updatedAt: timestamp,
    finishedAt: timestamp.nullable(),
  })
  .meta({ id: 'Job' });
export type Job = z.output<typeof job>;

/** Which jobs to list: all, or those of a kind, in a state, of one dataset or model. */
export const jobsQuery = pageQuery.extend({
  type: jobType.optional(),
  status: jobStatus.optional(),
  subject: id.optional(),
});
