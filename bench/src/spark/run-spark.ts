import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileTrainingSet } from '@foretell/spark-jobs/compile-training-set';
import { duckDbDialect, sparkDialect } from '@foretell/spark-jobs/dialect';
import { withDuckDb } from '@foretell/spark-jobs/duckdb';
import { runManifest } from '@foretell/spark-jobs/job';
import { sparkJobOf } from '@foretell/spark-jobs/spark/spark-job';
import { lateFlights, writeFlights } from '@foretell/spark-jobs/testing/flights';
import { machine, type BenchResult } from '../bench-result.ts';

/** The training set of the flights, by the embedded engine and by Spark on two cores: seconds and peak memory, and whether cost a row stays flat. */

interface Size {
  name: string;
  rows: number;
}
const few: Size = { name: '231k', rows: 231_000 };
const many: Size = { name: '3M', rows: 3_000_000 };
const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const venv = at('.tools/spark/bin/');
const sparkOptions = [
  ['--master', 'local[2]'],
  ['--driver-memory', '6g'],
  ['--conf', 'spark.ui.enabled=false'],
  ['--conf', 'spark.driver.host=127.0.0.1'],
  ['--conf', 'spark.driver.bindAddress=127.0.0.1'],
  ['--conf', 'spark.sql.shuffle.partitions=8'],
].flat();

interface Measured extends Record<string, number> {
  rows: number;
  seconds: number;
  /** Of all its threads: what a busy machine leaves alone. */
  cpuSeconds: number;
  peakMb: number;
}

export async function runSpark(small = few, large = many): Promise<BenchResult> {
  const dir = await mkdtemp(join(tmpdir(), 'foretell-bench-spark-'));
  try {
    const medians: Record<string, Measured> = {};
    for (const size of [small, large]) {
      const runs = await prepare(dir, size);
      medians[`embedded ${size.name}`] = await measured(runs.embedded, process.execPath, [
        at('bench/src/spark/embedded-run.ts'),
        runs.embedded,
      ]);
      medians[`spark ${size.name}`] = await measured(runs.spark, `${venv}spark-submit`, [
        ...sparkOptions,
        at('spark-jobs/runner/run_job.py'),
        runs.spark,
      ]);
    }
    const of = (engine: string, { name }: Size) => medians[`${engine} ${name}`];
    const grows = (engine: string, cost: 'seconds' | 'cpuSeconds') => {
      const perRow = (size: Size) => (of(engine, size)?.[cost] ?? NaN) / (of(engine, size)?.rows ?? NaN);
      return perRow(large) / perRow(small);
    };
    const ratios = {
      spark_cost_a_row_large_vs_small: grows('spark', 'seconds'),
      spark_cpu_a_row_large_vs_small: grows('spark', 'cpuSeconds'),
      embedded_cost_a_row_large_vs_small: grows('embedded', 'seconds'),
      embedded_cpu_a_row_large_vs_small: grows('embedded', 'cpuSeconds'),
      spark_vs_embedded_seconds:
        (of('spark', large)?.seconds ?? NaN) / (of('embedded', large)?.seconds ?? NaN),
    };
    return { name: 'spark', ratios, medians, rounds: {}, machine: machine() };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The first flights of the year up to the size, and a run's folder for each engine. */
async function prepare(dir: string, size: Size): Promise<{ embedded: string; spark: string }> {
  const path = join(dir, `${size.name}.parquet`);
  const earliest = `date IN (SELECT date FROM flights ORDER BY date LIMIT ${size.rows})`;
  const source = await withDuckDb({ threads: 2, memoryMb: 2000, tempDir: join(dir, 'spill') }, (connection) =>
    writeFlights(connection, earliest, path, path),
  );
  const folders = { embedded: join(dir, `embedded-${size.name}`), spark: join(dir, `spark-${size.name}`) };
  for (const folder of Object.values(folders)) await mkdir(folder);
  const embedded = compileTrainingSet(lateFlights, source, duckDbDialect);
  const spark = sparkJobOf(compileTrainingSet(lateFlights, source, sparkDialect), source);
  await writeFile(join(folders.embedded, 'job.json'), JSON.stringify(embedded));
  await writeFile(join(folders.spark, 'job.json'), JSON.stringify(spark));
  return folders;
}

async function measured(folder: string, command: string, args: readonly string[]): Promise<Measured> {
  const started = performance.now();
  const env = { ...process.env, PYSPARK_PYTHON: `${venv}python`, SPARK_LOCAL_IP: '127.0.0.1' };
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
  let tail = '';
  child.stderr.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-4000)));
  let [peakMb, cpuSeconds] = [0, 0];
  const timer = setInterval(() => {
    void residentMb(child.pid).then((mb) => (peakMb = Math.max(peakMb, mb)));
    void usedSeconds(child.pid).then((used) => (cpuSeconds = Math.max(cpuSeconds, used)));
  }, 200);
  const [status] = (await once(child, 'close')) as [number | null];
  clearInterval(timer);
  if (status !== 0) throw new Error(`${command} ended with ${status}:\n${tail}`);
  const seconds = (performance.now() - started) / 1000;
  const { files } = runManifest.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  return { rows: files.reduce((sum, { rows }) => sum + rows, 0), seconds, cpuSeconds, peakMb };
}

/** The most memory the process has had so far; 0 once it has ended, or where there is no /proc. */
async function residentMb(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid ?? 0}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}

/** CPU used so far, by the kernel's ticks of a hundredth of a second; 0 once it has ended, or where there is no /proc. */
async function usedSeconds(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid ?? 0}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}
