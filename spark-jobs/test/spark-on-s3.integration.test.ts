import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createLake, type Lake } from '@foretell/core/node/lake';
import { downloadFile, uploadFile } from '@foretell/core/node/lake-files';
import { startMinistack, type TestMinistack } from '@foretell/local/testing/ministack';
import { compileSnapshot } from '../src/compile-snapshot.ts';
import { compileTrainingSet } from '../src/compile-training-set.ts';
import { duckDbDialect, sparkDialect, type Dialect } from '../src/dialect.ts';
import { runEmbedded } from '../src/embedded-runner.ts';
import type { JobSpec, RunManifest } from '../src/job.ts';
import type { Source } from '../src/source.ts';
import { runFolder } from '../src/spark/run-folder.ts';
import { differences, readRows, withReader } from './compare.ts';
import { lateFlights, writeFlights } from '../src/testing/flights.ts';
import {
  sparkS3Conf,
  sparkSubmit,
  whySparkCannotRun,
  whySparkCannotReachS3,
  type SparkExit,
} from '../src/testing/spark-submit.ts';

/** Real flights, through the real runner, between S3 addresses, with Spark's own defaults: as EMR runs it. */

const missing = whySparkCannotRun() ?? whySparkCannotReachS3();
const onSpark = missing === null ? describe : describe.skip;
const sourceKey = 'workspaces/w/datasets/d/feature-sets/1/part-00000.parquet';
const folders = { training: 'runs/training/', snapshot: 'runs/snapshot/', broken: 'runs/broken/' };
const bucket = 'lake';
const sparkMs = 600_000;
const compareMs = 60_000;
const springDay = Date.UTC(2001, 3, 1) / 86_400_000;

onSpark(`Spark on S3${missing === null ? '' : ` (${missing})`}`, () => {
  let dir: string;
  let aws: TestMinistack;
  let s3: S3Client;
  let lake: Lake;
  let source: Source;
  let exit: SparkExit;
  const jobs: Record<'training' | 'snapshot', (dialect: Dialect, of: Source) => JobSpec> = {
    training: (dialect, of) => compileTrainingSet(lateFlights, of, dialect),
    snapshot: (dialect, of) => compileSnapshot(lateFlights, of, dialect, springDay),
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'foretell-spark-s3-'));
    aws = await startMinistack();
    s3 = new S3Client({
      endpoint: aws.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    lake = createLake(s3, bucket);
    const file = join(dir, 'flights.parquet');
    const where = "origin = 'SJC' AND date < TIMESTAMP '2001-04-15 00:00:00'";
    source = await withReader(dir, (connection) =>
      writeFlights(connection, where, file, `s3://${bucket}/${sourceKey}`),
    );
    await uploadFile(lake, sourceKey, file);
    for (const name of ['training', 'snapshot'] as const)
      await runFolder(lake, folders[name]).putJob({
        job: jobs[name](sparkDialect, source),
        source,
        folder: folders[name],
      });
    const lost = { ...source, paths: [`s3://${bucket}/no-such.parquet`] };
    await runFolder(lake, folders.broken).putJob({
      job: jobs.training(sparkDialect, lost),
      source: lost,
      folder: folders.broken,
    });
    const runs = [folders.training, folders.snapshot, folders.broken, folders.training];
    exit = await sparkSubmit(
      runs.map((folder) => runFolder(lake, folder).uri),
      sparkS3Conf(aws.endpoint),
    );
  }, sparkMs);
  afterAll(async () => {
    s3.destroy();
    await aws.stop();
    await rm(dir, { recursive: true, force: true });
  });

  async function fromSpark(name: 'training' | 'snapshot'): Promise<{ local: string; manifest: RunManifest }> {
    const manifest = await runFolder(lake, folders[name]).manifest();
    if (!manifest) throw new Error(`no manifest of ${name}\n${exit.tail}`);
    const local = await mkdtemp(join(dir, `${name}-`));
    const files = await Promise.all(
      manifest.files.map(async ({ file, ...rest }, i) => {
        const bytes = await downloadFile(lake, `${folders[name]}${file}`, join(local, `${i}.parquet`));
        expect(bytes).toBe(rest.bytes);
        return { ...rest, file: `${i}.parquet` };
      }),
    );
    return { local, manifest: { ...manifest, files } };
  }

  test.each(['training', 'snapshot'] as const)(
    'the %s set of real flights has the embedded engine’s cells',
    async (name) => {
      const { local, manifest } = await fromSpark(name);
      const here = { ...source, paths: [join(dir, 'flights.parquet')] };
      const outputDir = await mkdtemp(join(dir, 'duckdb-'));
      const embedded = await runEmbedded(jobs[name](duckDbDialect, here), {
        outputDir,
        duckDb: { threads: 2, memoryMb: 1024, tempDir: dir },
        signal: new AbortController().signal,
      });
      await withReader(dir, async (connection) => {
        const rows = await readRows(connection, outputDir, embedded);
        expect(rows.length).toBeGreaterThan(name === 'training' ? 5000 : 10);
        expect(differences(rows, await readRows(connection, local, manifest))).toEqual([]);
        expect(manifest.files.reduce((sum, file) => sum + file.rows, 0)).toBe(rows.length);
      });
      expect(manifest.figures).toEqual(embedded.figures);
    },
    compareMs,
  );

  test('a job whose source is gone leaves its cause in words, and no manifest', async () => {
    const folder = runFolder(lake, folders.broken);
    expect(await folder.manifest()).toBeNull();
    expect((await folder.failure())?.words).toMatch(
      /^A file of the feature set is not there: .*no-such\.parquet/,
    );
    expect(exit.status).toBe(1);
  });

  test('a run submitted again after it finished touches nothing', async () => {
    expect(await runFolder(lake, folders.training).failure()).toBeNull();
    const { manifest } = await fromSpark('training');
    expect(manifest.engine).toMatch(/^spark 3\.5\./);
  });
});
