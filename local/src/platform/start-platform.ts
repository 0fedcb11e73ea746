import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { openDatabase } from '@foretell/backend/db/database';
import { awsEnvironment } from '../aws-environment.ts';
import { startMinistackChild } from '../ministack/start-ministack-child.ts';
import { clientConfig, createResources, type Resources } from '../resources.ts';
import { sparkJars } from '../emr/spark-jars.ts';
import { standInsEnvironmentOf, startStandIns } from '../stand-ins/start-stand-ins.ts';
import { createCrew, type Crew } from './crew.ts';
import { lockInstance } from './instance-lock.ts';
import { stopLeftovers } from './leftovers.ts';
import { checkPorts, defaultPorts, type PlatformPorts } from './ports.ts';
import { defaultSchedules, startSchedules } from './schedules.ts';
import { originOf, services } from './services.ts';

export type { PlatformPorts } from './ports.ts';

export interface PlatformOptions {
  /** Everything the platform keeps: the lake, queues, tables, database, warehouse and logs. */
  dataDir: string;
  ports?: PlatformPorts;
  /** Where a person reads what happens. */
  write?: (line: string) => void;
  /** Added to every service's environment. */
  environment?: Record<string, string>;
  /** Feature sets of so many rows or more are worked on by Spark, as EMR would; by the embedded engine otherwise. */
  sparkFromRows?: number | undefined;
  /** How often the running experiments are looked at. */
  lookEveryMs?: number;
}

export interface Platform {
  /** `inbox` shows the mails that SES was given. */
  urls: { dashboard: string; control: string; public: string; inbox: string };
  /** What the services were given to find their AWS and their database. */
  environment: Record<string, string>;
  resources: Resources;
  /** The process that runs `backend`, `workers`, `prediction-api`, `ministack` or `stand-ins` now. */
  pid(name: string): number;
  /** Stops all in order, each drained, and waits: nothing is lost. */
  stop(): Promise<void>;
}

type ServicesEnvironment = Record<string, string> & { DATABASE_URL: string };

interface Layout {
  dataDir: string;
  logs: string;
  ports: PlatformPorts;
  /** Of the local AWS. */
  endpoint: string;
}

async function startAws(crew: Crew, { dataDir, logs, ports, endpoint }: Layout): Promise<Resources> {
  const logFile = join(logs, 'ministack.log');
  const known: Resources[] = [];
  const start = async () => {
    const child = await startMinistackChild({ port: ports.aws, stateDir: join(dataDir, 'aws'), logFile });
    // After a restart too: what a killed ministack forgot must exist again.
    known.push(await createResources(endpoint));
    return child;
  };
  await crew.add({ name: 'ministack', command: 'ministack', tier: 0, start });
  const [resources] = known;
  if (!resources) throw new Error('ministack was started without its resources');
  return resources;
}

const sparkEnvironment = (fromRows: number | undefined): Record<string, string> =>
  fromRows === undefined
    ? {}
    : {
        SPARK_RUNNER: 'emr-serverless',
        SPARK_FROM_ROWS: String(fromRows),
        SPARK_TRAINER_CONF: JSON.stringify({ 'spark.jars': sparkJars('trainer').join(',') }),
      };

/** Waits for every one, also when one fails: whatever was started is then known to the crew, which can stop it. */
async function allOf(starting: Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(starting))
    if (outcome.status === 'rejected') throw outcome.reason;
}

async function migrate(databaseUrl: string): Promise<void> {
  const database = await openDatabase(databaseUrl);
  try {
    await database.migrate();
  } finally {
    await database.close();
  }
}

async function startServices(crew: Crew, layout: Layout, environment: ServicesEnvironment): Promise<void> {
  const { dataDir, logs, ports } = layout;
  const standIns = { port: ports.standIns, dataDir, logFile: join(logs, 'stand-ins.log'), environment };
  const start = () => startStandIns(standIns);
  await allOf([
    crew.add({ name: 'stand-ins', command: 'stand-ins/main.ts', tier: 1, start }),
    migrate(environment.DATABASE_URL),
  ]);
  await allOf(services({ dataDir, ports, environment }).map((service) => crew.add({ ...service, tier: 2 })));
}

/** The whole platform on loopback, its AWS with it: the programs that run in production, and nothing else. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const {
    ports = defaultPorts,
    write = () => undefined,
    lookEveryMs = defaultSchedules['experiment.analyze'],
  } = options;
  const dataDir = resolve(options.dataDir);
  const logs = join(dataDir, 'logs');
  const endpoint = originOf(ports.aws);
  const layout = { dataDir, logs, ports, endpoint };
  mkdirSync(logs, { recursive: true });
  const lock = await lockInstance(dataDir);
  const crew = createCrew(dataDir, write);
  try {
    await stopLeftovers(dataDir, write);
    await checkPorts(ports);
    const resources = await startAws(crew, layout);
    const environment = {
      ...awsEnvironment(endpoint),
      ...resources.environment,
      ...standInsEnvironmentOf(ports.standIns),
      DATABASE_URL: `sqlite:${join(dataDir, 'foretell.db')}`,
      ...sparkEnvironment(options.sparkFromRows),
      ...options.environment,
    };
    await startServices(crew, layout, environment);
    const sqs = new SQSClient(clientConfig(endpoint));
    const schedules = startSchedules(
      sqs,
      resources.queueUrls,
      { ...defaultSchedules, 'experiment.analyze': lookEveryMs },
      write,
    );
    const control = originOf(ports.control);
    return {
      urls: {
        dashboard: control,
        control: `${control}/api`,
        public: originOf(ports.public),
        inbox: `${originOf(ports.standIns)}/inbox`,
      },
      environment,
      resources,
      pid: (name) => crew.pid(name),
      async stop() {
        schedules.stop();
        sqs.destroy();
        await crew.stop();
        await lock.release();
      },
    };
  } catch (error) {
    await crew.stop();
    await lock.release();
    throw error;
  }
}
