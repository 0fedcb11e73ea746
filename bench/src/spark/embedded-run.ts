import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runEmbedded } from '@foretell/spark-jobs/embedded-runner';
import { jobSpec } from '@foretell/spark-jobs/job';

/** usage: node embedded-run.ts FOLDER   (runs its job.json in DuckDB on two cores, in a process of its own) */
const folder = process.argv[2] ?? '';
const job = jobSpec.parse(JSON.parse(await readFile(join(folder, 'job.json'), 'utf8')));
const manifest = await runEmbedded(job, {
  outputDir: folder,
  duckDb: { threads: 2, memoryMb: 6000, tempDir: join(folder, 'spill') },
  signal: new AbortController().signal,
});
await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
