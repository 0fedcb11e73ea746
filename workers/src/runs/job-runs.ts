import type { SparkRunRow } from '@foretell/backend/db/spark-runs';
import type { MessageType } from '@foretell/core/contracts/messages';
import type { Dialect } from '@foretell/spark-jobs/dialect';
import type { JobSpec, RunManifest } from '@foretell/spark-jobs/job';
import type { Source } from '@foretell/spark-jobs/source';
import type { RunningJob } from '../jobs/run-job.ts';
import type { FeatureSet } from './feature-set.ts';

/** Something to compute from a feature set by compiled SQL. */
export interface RunRequest {
  /** Asked again with the same purpose, a job is given the same run. */
  purpose: SparkRunRow['purpose'];
  /** Where runs may write in the lake: a prefix of this purpose alone, ending in a slash. */
  folder: string;
  featureSet: FeatureSet;
  compile: (source: Source, dialect: Dialect) => JobSpec;
  /** The job's own message: it comes again when a run that goes on elsewhere has ended. */
  next: { type: MessageType; payload: Record<string, unknown> };
}

export interface FinishedRun {
  /** Parquet files here, in the order of their rows; of a run that has trained, none: it leaves what is needed of them. */
  paths: string[];
  manifest: RunManifest;
  /** The prefix in the lake under which the manifest's files lie; null: they are only here. */
  prefix: string | null;
}

/** The run has been submitted and goes on without this process. */
export const elsewhere = 'elsewhere';

/** Runs a request to its end, or answers `elsewhere`. Throws `invalid` in words when the run has failed for good. */
export type RunJobs = (job: RunningJob, request: RunRequest) => Promise<FinishedRun | typeof elsewhere>;

/** What has few rows by the embedded engine, at once; from `sparkFromRows` rows on by Spark. */
export const runsBySize =
  (embedded: RunJobs, spark: RunJobs, sparkFromRows: number): RunJobs =>
  (job, request) =>
    (rowsOf(request.featureSet) < sparkFromRows ? embedded : spark)(job, request);

const rowsOf = ({ source, events }: FeatureSet): number =>
  events.reduce((sum, each) => sum + each.source.rows, source.rows);
