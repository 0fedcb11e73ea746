import { In } from 'typeorm';
import { column, table } from './columns.ts';

const { id, ref, instant, int, json, string, text, optional } = column;

/** A job's run on EMR, from its submission to its end. */
export interface SparkRunRow {
  id: string;
  workspace: string;
  job: string;
  /** What of the job it makes: unique with the job and the attempt, which together name the run to EMR. */
  purpose: 'training-set' | 'online-features' | 'batch-prediction' | 'summary';
  attempt: number;
  /** The run's id where it runs: a job run's, a step's, a cluster's. */
  engineId: string;
  /** Of the lake, ending in a slash. */
  folder: string;
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  /** Of a failure: the cause in words, and what the engine printed last. */
  words: string | null;
  tail: string | null;
  /** The message that goes on with the job when the run has ended: its type and payload. */
  next: { type: string; payload: Record<string, unknown> };
  submittedAt: string;
  updatedAt: string;
  finishedAt: string | null;
}
/** The status of a run that has not ended. */
export const unfinishedRun = In(['queued', 'running'] satisfies SparkRunRow['status'][]);

export const sparkRuns = table<SparkRunRow>('spark_runs', {
  id,
  workspace: ref,
  job: ref,
  purpose: string(32),
  attempt: int,
  engineId: string(128),
  folder: string(512),
  status: string(16),
  words: optional(text),
  tail: optional(text),
  next: json,
  submittedAt: instant,
  updatedAt: instant,
  finishedAt: optional(instant),
});
