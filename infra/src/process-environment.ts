import type { QueueName } from '@foretell/core/contracts/messages';
import type { backendEnvironment } from '@foretell/backend/env';
import type { predictionApiEnvironment } from '@foretell/prediction-api/env';
import type { workersEnvironment } from '@foretell/workers/env';
import type { z } from 'zod';
import { Fn } from './cdktf.ts';
import { sparkPrefixes } from './constructs/data-lake.ts';
import { clusterOfRun } from './constructs/spark-transient.ts';
import { dashboardOrigin, publicApiDomain, usagePlanName } from './names.ts';
import type { Surroundings } from './stacks/below.ts';

/** A value that is read by AWS when the process starts, and is in no plan, state or console. */
export interface SecretReference {
  readonly valueFrom: string;
}

/** What a process's `env.ts` asks for, each variable given or referred to: one that is missing does not compile. */
export type Supplied<Input> = { readonly [Name in keyof Input]: Input[Name] | SecretReference };

export type BackendVariables = Supplied<z.input<typeof backendEnvironment>>;
export type PredictionApiVariables = Supplied<z.input<typeof predictionApiEnvironment>>;
export type WorkersVariables = Supplied<z.input<typeof workersEnvironment>>;
/** Any process's, as a container definition takes them. */
export type Variables = Readonly<Record<string, string | SecretReference | undefined>>;

/** Where the images keep things. */
const inImage = { dashboard: '/app/dashboard/dist', python: '/app/.tools/runtime/bin/python' } as const;
/** The one folder of a task that can be written to. */
export const workDir = '/work';

/** What the names of connections' secrets begin with. */
export const secretsPrefix = (environment: string) => `foretell-${environment}`;

const queueUrl = ({ messaging }: Surroundings, name: QueueName) => messaging.queues[name].attributes.url;

/** ECS forgets a variable that is empty, and every plan would give it back. */
const egressVariables = ({ environment: { privateHosts } }: Surroundings) =>
  privateHosts.length > 0 ? { EGRESS_ALLOWED_HOSTS: privateHosts.join(',') } : {};

export function backendVariables(around: Surroundings): BackendVariables {
  const { data, environment } = around;
  return {
    LOG_LEVEL: 'info',
    LAKE_BUCKET: data.lake.attributes.name,
    DATABASE_URL: data.database.url,
    DATABASE_PASSWORD: { valueFrom: data.database.passwordReference },
    PORT: '4000',
    PREDICTIONS_TABLE: data.predictions.attributes.name,
    QUEUE_URL_IMPORTS: queueUrl(around, 'imports'),
    QUEUE_URL_TRAININGS: queueUrl(around, 'trainings'),
    QUEUE_URL_METRICS: queueUrl(around, 'metrics'),
    QUEUE_URL_BATCH_PREDICTIONS: queueUrl(around, 'batch-predictions'),
    QUEUE_URL_NOTIFICATIONS: queueUrl(around, 'notifications'),
    CONNECTIONS_PREFIX: secretsPrefix(environment.name),
    USAGE_PLAN: usagePlanName(environment, environment.tierOfKeys),
    ...egressVariables(around),
    DASHBOARD_DIR: inImage.dashboard,
    PUBLIC_API_URL: `https://${publicApiDomain(environment)}`,
  };
}

export function predictionApiVariables(around: Surroundings): PredictionApiVariables {
  const { data } = around;
  return {
    LOG_LEVEL: 'info',
    LAKE_BUCKET: data.lake.attributes.name,
    PORT: '4001',
    PREDICTIONS_TABLE: data.predictions.attributes.name,
    INGEST_TABLE: data.ingest.attributes.name,
    QUEUE_URL_RECORDS: queueUrl(around, 'records'),
    QUEUE_URL_ASSIGNMENTS: queueUrl(around, 'assignments'),
  };
}

/** Who runs jobs that are too large for a worker, and where it says what became of them. */
const sparkVariables = (around: Surroundings) => ({
  ...engineVariables(around),
  SPARK_RUNNER_KEY: around.spark.runnerKey,
  SPARK_LOG_PREFIX: sparkPrefixes.logs,
  QUEUE_URL_SPARK_EVENTS: around.messaging.sparkEvents.attributes.url,
});

function engineVariables({ spark, environment, foundation }: Surroundings) {
  const config = environment.spark;
  if (spark.kind === 'serverless')
    return {
      SPARK_RUNNER: 'emr-serverless' as const,
      SPARK_ID: spark.applicationId,
      SPARK_JOB_ROLE_ARN: spark.jobRoleArn,
    };
  if (spark.kind === 'cluster') return { SPARK_RUNNER: 'emr-cluster' as const, SPARK_ID: spark.clusterId };
  if (config.kind !== 'transient') throw new Error(`${environment.name}.spark is not what its stack made`);
  // A list in the state: each of the three is read by its place.
  const subnetIds = environment.network.availabilityZones.map(
    (_, i) => Fn.element(foundation.privateSubnetIds, i) as string,
  );
  return {
    SPARK_RUNNER: 'emr-transient' as const,
    SPARK_CLUSTER: clusterOfRun(environment, config, spark, subnetIds),
  };
}

export function workersVariables(around: Surroundings): WorkersVariables {
  const { data, sample, messaging, environment } = around;
  const warehouse = data.warehouse.attributes;
  return {
    LOG_LEVEL: 'info',
    LAKE_BUCKET: data.lake.attributes.name,
    DATABASE_URL: data.database.url,
    DATABASE_PASSWORD: { valueFrom: data.database.passwordReference },
    REDSHIFT_WORKGROUP: warehouse.workgroup,
    REDSHIFT_DATABASE: warehouse.database,
    REDSHIFT_COPY_ROLE_ARN: warehouse.copyRoleArn,
    PREDICTIONS_TABLE: data.predictions.attributes.name,
    INGEST_TABLE: data.ingest.attributes.name,
    QUEUE_URL_IMPORTS: queueUrl(around, 'imports'),
    QUEUE_URL_RECORDS: queueUrl(around, 'records'),
    QUEUE_URL_TRAININGS: queueUrl(around, 'trainings'),
    QUEUE_URL_ASSIGNMENTS: queueUrl(around, 'assignments'),
    QUEUE_URL_METRICS: queueUrl(around, 'metrics'),
    QUEUE_URL_BATCH_PREDICTIONS: queueUrl(around, 'batch-predictions'),
    QUEUE_URL_NOTIFICATIONS: queueUrl(around, 'notifications'),
    MAIL_FROM: `Foretell <notifications@${messaging.mail.domain}>`,
    DASHBOARD_URL: dashboardOrigin(environment),
    SAMPLE_FUNCTION: sample.name,
    ...egressVariables(around),
    ...sparkVariables(around),
    PYTHON: inImage.python,
    WORK_DIR: workDir,
  };
}

/** Plain values and references apart, as ECS and Beanstalk both want them. */
export function splitVariables(variables: Variables): {
  readonly plain: readonly (readonly [name: string, value: string])[];
  readonly secret: readonly (readonly [name: string, valueFrom: string])[];
} {
  const plain: [string, string][] = [];
  const secret: [string, string][] = [];
  for (const [name, value] of Object.entries(variables))
    if (typeof value === 'string') plain.push([name, value]);
    else if (value) secret.push([name, value.valueFrom]);
  return { plain, secret };
}
