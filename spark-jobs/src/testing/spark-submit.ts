import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const venv = at('.tools/spark/bin/');

/** Null, or why Spark cannot run here. */
export function whySparkCannotRun(): string | null {
  if (!existsSync(`${venv}spark-submit`)) return 'there is no .tools/spark: run scripts/setup/setup.sh test';
  try {
    execFileSync('java', ['-version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'there is no java: Spark 3.5 needs a JDK 17';
  }
}

/** Null, or why Spark cannot read S3 here. */
export const whySparkCannotReachS3 = (): string | null => whyNoJars('s3a');

/** Null, or why Spark cannot train here. */
export const whySparkCannotTrain = (): string | null => whySparkCannotRun() ?? whyNoJars('trainer');

const whyNoJars = (of: Jars) =>
  existsSync(`${venv}../${of}/packages`)
    ? null
    : `there is no .tools/spark/${of}: run scripts/setup/setup.sh test`;

type Jars = 's3a' | 'trainer';
const jarsOf = (of: Jars): string =>
  readdirSync(`${venv}../${of}`)
    .filter((file) => file.endsWith('.jar'))
    .map((file) => `${venv}../${of}/${file}`)
    .join(',');

/** What runs that train need. */
export const sparkTrainerConf = (): Record<string, string> => ({ 'spark.jars': jarsOf('trainer') });

/** Always: nothing listens but on loopback, and the compiler of bytecode does not outlast small data. */
const settings = {
  'spark.ui.enabled': 'false',
  'spark.driver.host': '127.0.0.1',
  'spark.driver.bindAddress': '127.0.0.1',
  'spark.driver.extraJavaOptions': '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
  'spark.sql.shuffle.partitions': '2',
};

/** For many small jobs of hundreds of columns: planning and generating code would be nearly all of their time. */
export const smallDataConf = {
  'spark.sql.shuffle.partitions': '1',
  'spark.sql.codegen.wholeStage': 'false',
  'spark.sql.codegen.factoryMode': 'NO_CODEGEN',
  'spark.sql.adaptive.enabled': 'false',
};

/** s3:// addresses by Hadoop's own S3A, at an S3 of the test's. */
export function sparkS3Conf(endpoint: string): Record<string, string> {
  const s3a = {
    endpoint,
    'endpoint.region': 'us-east-1',
    'path.style.access': 'true',
    'connection.ssl.enabled': 'false',
    'access.key': 'test',
    'secret.key': 'test',
  };
  return {
    'spark.jars': jarsOf('s3a'),
    'spark.hadoop.fs.s3.impl': 'org.apache.hadoop.fs.s3a.S3AFileSystem',
    ...Object.fromEntries(Object.entries(s3a).map(([name, value]) => [`spark.hadoop.fs.s3a.${name}`, value])),
  };
}

export interface SparkExit {
  status: number | null;
  /** The last of what it printed. */
  tail: string;
}

/** The real runner by the real spark-submit, on two cores of this machine; one Spark for all the runs. */
export async function sparkSubmit(
  runUris: readonly string[],
  conf: Record<string, string> = {},
  memory = '2g',
): Promise<SparkExit> {
  const confs = Object.entries({ ...settings, ...conf }).flatMap(([key, value]) => [
    '--conf',
    `${key}=${value}`,
  ]);
  const options = ['--master', 'local[2]', '--driver-memory', memory, ...confs];
  const child = spawn(`${venv}spark-submit`, [...options, at('spark-jobs/runner/run_job.py'), ...runUris], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PYSPARK_PYTHON: `${venv}python`,
      SPARK_LOCAL_IP: '127.0.0.1',
      SPARK_HOME: undefined,
    },
  });
  let tail = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-20_000)));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, tail };
}
