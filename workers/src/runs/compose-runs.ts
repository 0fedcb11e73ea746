import { EMRClient } from '@aws-sdk/client-emr';
import { EMRServerlessClient } from '@aws-sdk/client-emr-serverless';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Database } from '@foretell/backend/db/database';
import type { JobProgress } from '@foretell/backend/db/job-progress';
import { DomainError } from '@foretell/core/domain/errors';
import type { Lake } from '@foretell/core/node/lake';
import { createClusterRunner } from '@foretell/spark-jobs/spark/cluster-runner';
import { createServerlessRunner } from '@foretell/spark-jobs/spark/serverless-runner';
import { createSparkLogs } from '@foretell/spark-jobs/spark/spark-logs';
import type { TrainingSetRunner } from '@foretell/spark-jobs/spark/training-set-runner';
import { createTransientRunner } from '@foretell/spark-jobs/spark/transient-runner';
import type { z } from 'zod';
import type { workersEnvironment } from '../env.ts';
import type { Handler } from '../runtime/handler.ts';
import type { SendMessage } from '../runtime/send-message.ts';
import { createCheckRunHandler } from './check-run-handler.ts';
import { createEmbeddedRuns, type Engine } from './embedded-runs.ts';
import { runsBySize, type RunJobs } from './job-runs.ts';
import { sparkChoice, type SparkChoice } from './spark-environment.ts';
import { createSparkRunStore } from './spark-run-store.ts';
import { createSparkRuns } from './spark-runs.ts';

type Config = z.output<typeof workersEnvironment>;

export interface RunsParts {
  config: Config;
  s3: S3Client;
  lake: Lake;
  database: Database;
  jobs: JobProgress;
  send: SendMessage;
  engine: Engine;
  now: () => Date;
}

export interface Runs {
  runs: RunJobs;
  checkRun: Handler<'spark-run.check'>;
  close: () => void;
}

/** How jobs are run, as the environment says: by the embedded engine alone, or above a number of rows on EMR. */
export function composeRuns({ config, s3, lake, engine, ...parts }: RunsParts): Runs {
  const embedded = createEmbeddedRuns(lake, engine);
  const choice = sparkChoice(config);
  if (!choice) return { runs: embedded, checkRun: refuse, close: () => undefined };
  const { runner, close } = runnerOf(choice, config, s3, lake);
  const store = createSparkRunStore(parts.database);
  return {
    runs: runsBySize(embedded, createSparkRuns({ ...parts, runner, store, lake }), config.SPARK_FROM_ROWS),
    checkRun: createCheckRunHandler({
      ...parts,
      runner,
      store,
      timeoutMinutes: config.SPARK_TIMEOUT_MINUTES,
    }),
    close,
  };
}

const refuse: Handler<'spark-run.check'> = () =>
  Promise.reject(new DomainError('unavailable', 'This worker is not configured to ask EMR (SPARK_RUNNER).'));

function runnerOf(
  choice: SparkChoice,
  config: Config,
  s3: S3Client,
  lake: Lake,
): { runner: TrainingSetRunner; close: () => void } {
  const logs = createSparkLogs(s3, lake.bucket);
  const settings = {
    bucket: lake.bucket,
    runnerKey: choice.runnerKey,
    logPrefix: config.SPARK_LOG_PREFIX,
    trainerConf: choice.trainerConf,
  };
  if (choice.kind === 'emr-serverless') {
    const client = new EMRServerlessClient();
    const { applicationId, jobRoleArn } = choice;
    const timeoutMinutes = config.SPARK_TIMEOUT_MINUTES;
    const own = { ...settings, applicationId, jobRoleArn, timeoutMinutes };
    return { runner: createServerlessRunner(client, lake, logs, own), close: () => client.destroy() };
  }
  const client = new EMRClient();
  const runner =
    choice.kind === 'emr-cluster'
      ? createClusterRunner(client, lake, logs, { ...settings, clusterId: choice.clusterId })
      : createTransientRunner(client, lake, logs, { ...settings, cluster: choice.cluster });
  return { runner, close: () => client.destroy() };
}
