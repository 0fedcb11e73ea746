import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  featureSetManifest,
  sampleRequest,
  type FeatureSetSample,
  type FeatureSetSchema,
  type FeatureSetSummary,
  type SampleResponse,
} from '@foretell/core/contracts/feature-set';
import type { Lake } from '@foretell/core/node/lake';
import { downloadFile } from '@foretell/core/node/lake-files';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { withDuckDb } from '@foretell/spark-jobs/duckdb';
import { drawSample } from './draw-sample.ts';
import { summarize } from './summarize.ts';

export interface SampleDeps {
  lake: Lake;
  workDir: string;
  threads: number;
  memoryMb: number;
}

/** Summarizes a whole feature set and draws a sample of it; both are written once, and a repeated call changes nothing. */
export function createSampleHandler(
  deps: SampleDeps,
): (event: unknown, signal?: AbortSignal) => Promise<SampleResponse> {
  return async (event, signal) => {
    const request = sampleRequest.parse(event);
    const manifest = await deps.lake.getJson(request.manifestKey, featureSetManifest);
    const dir = await mkdtemp(join(deps.workDir, 'sample-'));
    try {
      const paths = await Promise.all(
        manifest.files.map(async ({ key }, index) => {
          const path = join(dir, `${index}.parquet`);
          await downloadFile(deps.lake, key, path, signal);
          return path;
        }),
      );
      const { summary, sample } = await profile(deps, dir, paths, manifest.schema, signal);
      await deps.lake.putNew(request.summaryKey, JSON.stringify(summary));
      await deps.lake.putNew(request.sampleKey, JSON.stringify(sample));
      return { rows: summary.rows, columns: summary.columns.length, sampled: sample.size };
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  };
}

function profile(
  { threads, memoryMb }: SampleDeps,
  dir: string,
  paths: readonly string[],
  { columns }: FeatureSetSchema,
  signal: AbortSignal | undefined,
): Promise<{ summary: FeatureSetSummary; sample: FeatureSetSample }> {
  const options = { threads, memoryMb, tempDir: join(dir, 'spill'), ...(signal ? { signal } : {}) };
  return withDuckDb(options, async (connection) => {
    await connection.run(
      `CREATE VIEW data AS SELECT * FROM read_parquet([${paths.map(stringLiteral).join(', ')}])`,
    );
    const summary = await summarize(connection, columns);
    const sample = await drawSample(connection, columns, summary.rows);
    return { summary, sample };
  });
}
