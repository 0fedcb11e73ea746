import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
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

/** Small data: what costs is starting, planning and compiling. */
const settings = {
  'spark.ui.enabled': 'false',
  'spark.sql.shuffle.partitions': '1',
  'spark.sql.codegen.wholeStage': 'false',
  'spark.sql.codegen.factoryMode': 'NO_CODEGEN',
  'spark.sql.adaptive.enabled': 'false',
  'spark.driver.host': '127.0.0.1',
  'spark.driver.bindAddress': '127.0.0.1',
  'spark.driver.extraJavaOptions': '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
};

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
