import { count, queueUrl } from '@foretell/core/node/environment';
import { DomainError } from '@foretell/core/domain/errors';
import { z } from 'zod';

/** Where runs are submitted. All but the first are needed as the runner says; `sparkChoice` names what is missing. */
export const sparkEnvironment = {
  /** `emr-cluster` adds steps to a cluster that stands, `emr-transient` starts a cluster for each run. */
  SPARK_RUNNER: z.enum(['embedded', 'emr-serverless', 'emr-cluster', 'emr-transient']).default('embedded'),
  /** The id of the EMR Serverless application, or of the cluster. */
  SPARK_ID: z.string().min(1).optional(),
  /** EMR Serverless: what jobs run as. */
  SPARK_JOB_ROLE_ARN: z.string().min(1).optional(),
  /** `emr-transient`: RunJobFlow's own fields in JSON, without Name, Steps and LogUri. */
  SPARK_CLUSTER: z.string().min(2).optional(),
  /** The key in the lake of spark-jobs/runner/run_job.py. */
  SPARK_RUNNER_KEY: z.string().min(1).optional(),
  /** Where EMR copies its logs: a prefix of the lake, ending in a slash. */
  SPARK_LOG_PREFIX: z.string().endsWith('/').default('spark/logs/'),
  /** EMR's state changes, by EventBridge. Without it runs are only asked for every half minute. */
  QUEUE_URL_SPARK_EVENTS: queueUrl.optional(),
  /** After which a run is cancelled. */
  SPARK_TIMEOUT_MINUTES: count.default(240),
  /** Feature sets with fewer rows are left to the embedded engine, which has answered before Spark has planned. */
  SPARK_FROM_ROWS: count.default(2_000_000),
  /** From so many rows with a label on, the run that makes a training set trains on it too; fewer are left to the worker. */
  SPARK_TRAINING_FROM_ROWS: count.default(3_000_000),
  /** Settings in JSON for runs that train: where SynapseML comes from, and executors that stay. */
  SPARK_TRAINER_CONF: z.string().default(
    JSON.stringify({
      'spark.jars.packages': 'com.microsoft.azure:synapseml-lightgbm_2.12:1.0.9',
      'spark.dynamicAllocation.enabled': 'false',
    }),
  ),
};

type Given = z.output<z.ZodObject<typeof sparkEnvironment>>;

export type SparkChoice = { runnerKey: string; trainerConf: Record<string, string> } & (
  | { kind: 'emr-serverless'; applicationId: string; jobRoleArn: string }
  | { kind: 'emr-cluster'; clusterId: string }
  | { kind: 'emr-transient'; cluster: Record<string, unknown> }
);

/** What the variables choose; null: the embedded engine alone. Throws `invalid` and names the variable that is missing. */
export function sparkChoice(given: Given): SparkChoice | null {
  const kind = given.SPARK_RUNNER;
  const needed = (name: 'SPARK_ID' | 'SPARK_JOB_ROLE_ARN' | 'SPARK_CLUSTER' | 'SPARK_RUNNER_KEY') => {
    const value = given[name];
    if (value !== undefined) return value;
    throw new DomainError('invalid', `SPARK_RUNNER is ${kind}, which needs ${name}.`);
  };
  if (kind === 'embedded') return null;
  const trainerConf = settings('SPARK_TRAINER_CONF', given.SPARK_TRAINER_CONF, z.string());
  switch (kind) {
    case 'emr-serverless':
      return {
        kind,
        trainerConf,
        runnerKey: needed('SPARK_RUNNER_KEY'),
        applicationId: needed('SPARK_ID'),
        jobRoleArn: needed('SPARK_JOB_ROLE_ARN'),
      };
    case 'emr-cluster':
      return { kind, trainerConf, runnerKey: needed('SPARK_RUNNER_KEY'), clusterId: needed('SPARK_ID') };
    case 'emr-transient':
      return {
        kind,
        trainerConf,
        runnerKey: needed('SPARK_RUNNER_KEY'),
        cluster: settings('SPARK_CLUSTER', needed('SPARK_CLUSTER'), z.unknown()),
      };
  }
}

function settings<Value>(name: string, text: string, value: z.ZodType<Value>): Record<string, Value> {
  try {
    return z.record(z.string(), value).parse(JSON.parse(text));
  } catch (cause) {
    throw new DomainError('invalid', `${name} is not the JSON object that it has to be.`, { cause });
  }
}
