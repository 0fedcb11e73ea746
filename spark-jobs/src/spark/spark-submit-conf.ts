import { sparkConf } from '../conf.ts';
import type { JobSpec } from '../job.ts';

/** The settings under which answers are the embedded engine's, then what the environment adds (sizes of workers). */
export const submitConf = (extra: Readonly<Record<string, string>> = {}): string[] =>
  Object.entries({ ...extra, ...sparkConf }).flatMap(([name, value]) => {
    if (/\s/.test(name + value)) throw new Error(`a Spark setting may not hold a space: ${name}`);
    return ['--conf', `${name}=${value}`];
  });

/** What the kinds of Spark have in common. */
export interface SparkSettings {
  bucket: string;
  /** The runner script's key. */
  runnerKey: string;
  /** Where the engine copies its logs: a prefix, ending in a slash. */
  logPrefix: string;
  conf?: Readonly<Record<string, string>>;
  /** Added for runs that train: where SynapseML comes from. */
  trainerConf?: Readonly<Record<string, string>>;
}

/** What the environment adds to a job's settings. */
export const settingsOf = ({ conf, trainerConf }: SparkSettings, { training }: Pick<JobSpec, 'training'>) =>
  training ? { ...conf, ...trainerConf } : { ...conf };
