import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { releasesTable } from '@foretell/core/contracts/releases-table';
import {
  activeColourParameter,
  releasesTableName,
  repositoryName,
  templateFamily,
} from '@foretell/core/contracts/release-names';
import {
  environmentNames,
  environments,
  imageNames,
  type EnvironmentName,
} from '@foretell/infra/environments';
import { synthesize } from '@foretell/infra/synthesize';
import { baseImage } from '@foretell/local/containers/engine';
import { startCloud, type RunningCloud } from '@foretell/local/containers/start-cloud';
import { freePort } from '@foretell/local/testing/free-port';
import { startLocalAws, type TestAws } from '@foretell/local/testing/local-aws';

export interface LocalCloud {
  readonly cloud: RunningCloud;
  /** The S3, SQS, DynamoDB and Redshift of each environment. */
  readonly aws: Readonly<Record<EnvironmentName, TestAws>>;
  /** What the release tool reads from its environment to find all of it. */
  readonly toolEnvironment: Readonly<Record<string, string>>;
  /** Where an environment's service answers, and by which name. */
  urlOf(host: string): string;
  stop(): Promise<void>;
}

export interface LocalCloudOptions {
  readonly dataDir: string;
  /** 1 is AWS's own time. */
  readonly pace: number;
  /** Variables of the prediction API beside its environment's own. @default none */
  readonly predictionApi?: Readonly<Record<string, string>>;
}

const guardEntry = new URL('../../../infra/src/guard/main.ts', import.meta.url).pathname;

/** Staging and production as Terraform describes them, on this machine: what a release tool can be pointed at. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { dataDir, pace } = options;
  const [port, staging, production] = await Promise.all([freePort(), startLocalAws(), startLocalAws()]);
  const aws = { staging, production };
  const stacks = synthesized(join(dataDir, 'cdktf.out'));
  const endpoint = `http://127.0.0.1:${port}`;
  const databases = join(dataDir, 'databases');
  mkdirSync(databases, { recursive: true });
  // Containers run as another user.
  chmodSync(databases, 0o777);
  const cloud = await startCloud({
    port,
    account: environments.staging.account,
    region: environments.staging.region,
    stacks,
    repositories: imageNames.map(repositoryName),
    variables: variablesOf(aws, endpoint, databases, options),
    // SQLite has no password; the templates refer to one.
    secrets: { DATABASE_PASSWORD: 'none' },
    mounts: [databases],
    dataDir,
    pace,
    guardEntry,
    // A laptop that is busy answers late, whatever the build.
    unwatched: ['-latency'],
  });
  const tables = aws.staging.environment;
  await createReleaseTables(tables);
  return {
    cloud,
    aws,
    toolEnvironment: {
      ...credentials(tables),
      AWS_ENDPOINT_URL: cloud.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: tables['AWS_ENDPOINT_URL'] ?? '',
      DOCKER_BUILDKIT: '0',
      DOCKER_CONFIG: join(dataDir, 'docker'),
      FORETELL_DOCKER_BUILD_ARGS: `--network host --build-arg BASE_IMAGE=${await baseImage()}`,
    },
    urlOf: (host) => `http://127.0.0.1:${cloud.portOf(host)}`,
    async stop() {
      await cloud.stop();
      await Promise.all([staging.stop(), production.stop()]);
    },
  };
}

function synthesized(outdir: string): unknown[] {
  synthesize(environments, outdir);
  return environmentNames.flatMap((name) =>
    [`compute-${name}`, `functions-${name}`].map((stack): unknown =>
      JSON.parse(readFileSync(join(outdir, 'stacks', stack, 'cdk.tf.json'), 'utf8')),
    ),
  );
}

const credentials = (environment: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    [
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_CONFIG_FILE',
      'AWS_SHARED_CREDENTIALS_FILE',
      'AWS_EC2_METADATA_DISABLED',
    ].map((name) => [name, environment[name] ?? '']),
  );

/** What each environment's templates take from other stacks on AWS. */
function variablesOf(
  aws: LocalCloud['aws'],
  endpoint: string,
  databases: string,
  options: LocalCloudOptions,
) {
  const services = ['backend', 'prediction-api', 'workers'] as const;
  return Object.fromEntries(
    environmentNames.flatMap((name) =>
      services.map((service) => [
        templateFamily(name, service),
        {
          ...aws[name].environment,
          AWS_ENDPOINT_URL_SSM: endpoint,
          DATABASE_URL: `sqlite:${databases}/${name}.db`,
          ...(service === 'prediction-api' ? options.predictionApi : {}),
          ...(service === 'workers' ? { ACTIVE_COLOUR_PARAMETER: activeColourParameter(name, service) } : {}),
        },
      ]),
    ),
  );
}

/** The ledgers and locks, in the region where the tool looks for them. */
async function createReleaseTables(environment: Readonly<Record<string, string>>): Promise<void> {
  const dynamodb = new DynamoDBClient({
    endpoint: environment['AWS_ENDPOINT_URL'] ?? '',
    region: environments.staging.region,
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  });
  const { partitionKey, sortKey } = releasesTable;
  for (const name of environmentNames)
    await dynamodb.send(
      new CreateTableCommand({
        TableName: releasesTableName(name),
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [partitionKey, sortKey].map((key) => ({
          AttributeName: key,
          AttributeType: 'S',
        })),
        KeySchema: [
          { AttributeName: partitionKey, KeyType: 'HASH' },
          { AttributeName: sortKey, KeyType: 'RANGE' },
        ],
      }),
    );
  dynamodb.destroy();
}
