import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { uploadKey } from '@foretell/core/domain/lake-keys';
import { newId } from '@foretell/core/node/new-id';
import { createImportHandler } from '@foretell/workers/import-handler';
import { connectAmplitude } from '@foretell/workers/testing/connect-amplitude';
import { createJobBench, type JobBench } from '@foretell/workers/testing/job-bench';
import { plainCopy, type Figures, type Rounds } from './figures.ts';
import { amplitudeKeys, exportUntil, writeSources, type Source } from './write-sources.ts';

/** The worker's whole import of each source, from its bytes to a dataset that is ready, beside a synced copy of the same bytes. */
export async function measureImports(rounds: number): Promise<Rounds> {
  const folder = await mkdtemp(join(tmpdir(), 'foretell-bench-imports-'));
  try {
    const measured: Rounds = {};
    const sources = await writeSources(folder);
    for (let round = 0; round < rounds; round++)
      for (const source of sources) {
        (measured[source.format] ??= []).push(await importSource(source));
        (measured[plainCopy(source.format)] ??= []).push(await copySource(source, join(folder, 'copy')));
      }
    return measured;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importSource(source: Source): Promise<Figures> {
  const bench = await createJobBench();
  try {
    return source.format === 'amplitude'
      ? await importExport(bench, source)
      : await importUpload(bench, source, source.format);
  } finally {
    await bench.close();
  }
}

async function importUpload(bench: JobBench, source: Source, format: 'csv' | 'jsonl' | 'parquet') {
  const { id: dataset } = await bench.dataset('at');
  const key = uploadKey(bench.workspace, newId());
  await bench.lake.putNew(key, await readFile(source.path));
  return runImport(bench, source, { dataset, uploadKey: key, format });
}

async function importExport(bench: JobBench, source: Source): Promise<Figures> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/zip' });
    createReadStream(source.path).pipe(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const dataset = await connectAmplitude(bench, url, amplitudeKeys);
    return await runImport(bench, source, { dataset, until: exportUntil });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

type Payload =
  | { dataset: string; uploadKey: string; format: 'csv' | 'jsonl' | 'parquet' }
  | { dataset: string; until: string };

/** Throws when the job did not bring every row. */
async function runImport(bench: JobBench, source: Source, payload: Payload): Promise<Figures> {
  const job = await bench.job('dataset.import', payload.dataset);
  const message = bench.message('dataset.import', { job, ...payload });
  const handle = createImportHandler(bench.importDeps);
  const figures = await timed(source, () => handle(message, bench.context));
  const { status, error } = await bench.finished(job);
  if (status !== 'succeeded')
    throw new Error(`the import of ${source.format} is ${status}: ${error?.detail ?? ''}`);
  const { rows } = await bench.importDeps.store.dataset(bench.workspace, payload.dataset);
  if (rows !== source.rows) throw new Error(`${source.format}: ${rows ?? 0} of ${source.rows} rows came`);
  return figures;
}

const copySource = (source: Source, path: string): Promise<Figures> =>
  timed(source, () => pipeline(createReadStream(source.path), createWriteStream(path, { flush: true })));

async function timed({ bytes, rows }: Source, work: () => Promise<void>): Promise<Figures> {
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    rowsPerSecond: rows / seconds,
    mbPerSecond: bytes / 1e6 / seconds,
    microsPerRow: (user + system) / rows,
  };
}
