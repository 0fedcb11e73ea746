import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { withDuckDb } from '@foretell/spark-jobs/duckdb';
import { startAmplitude } from '@foretell/workers/testing/amplitude-server';
import { bigExport } from '@foretell/workers/testing/big-export';

/** Bytes to import, in a file. */
export interface Source {
  format: 'csv' | 'jsonl' | 'parquet' | 'amplitude';
  path: string;
  bytes: number;
  rows: number;
}

const fileRows = 100_000;
/** Of JSON; in the hours of a day, which one export brings. */
const [exportMegabytes, exportHours] = [10, 24];
export const amplitudeKeys = { apiKey: 'bench', secretKey: 'bench' };
export const exportUntil = new Date(Date.UTC(2021, 4, 27, exportHours + 2)).toISOString();

/** The same rows in three formats, of each type of column, with gaps; hashes, which no format packs to nothing. */
const rowsSql = `
  SELECT i AS id, TIMESTAMP '2025-01-01' + to_milliseconds(i * 1237) AS at,
    'user ' || (hash(i) % 100003) AS "user", 'session ' || hash(i + 1) AS session,
    (hash(i + 2) % 1000000) / 100 AS price, (hash(i + 3) % 50)::INTEGER AS quantity,
    hash(i + 4) % 3 = 0 AS member, 'country ' || (hash(i + 5) % 195) AS country,
    CASE WHEN i % 11 = 0 THEN NULL ELSE (hash(i + 6) % 90)::INTEGER END AS age,
    DATE '2024-01-01' + (hash(i + 7) % 365)::INTEGER AS since
  FROM range(${fileRows}) numbers(i)`;
const formats = { csv: 'FORMAT csv, HEADER', jsonl: 'FORMAT json', parquet: 'FORMAT parquet' };

/** The files of every source, in a folder. */
export async function writeSources(folder: string): Promise<Source[]> {
  const path = (format: Source['format']) => join(folder, `rows.${format}`);
  await withDuckDb({ threads: 2, memoryMb: 1500, tempDir: join(folder, 'spill') }, async (connection) => {
    for (const [format, options] of Object.entries(formats))
      await connection.run(
        `COPY (${rowsSql}) TO ${stringLiteral(path(format as Source['format']))} (${options})`,
      );
  });
  const exported = await writeExport(path('amplitude'));
  const rows = { csv: fileRows, jsonl: fileRows, parquet: fileRows, amplitude: exported };
  return Promise.all(
    (['csv', 'jsonl', 'parquet', 'amplitude'] as const).map(async (format) => ({
      format,
      path: path(format),
      bytes: (await stat(path(format))).size,
      rows: rows[format],
    })),
  );
}

/** The archive that Amplitude's stand-in answers for a day, made before anything is measured. Answers its events. */
async function writeExport(path: string): Promise<number> {
  const { lines, rows } = bigExport(exportMegabytes, exportHours);
  const server = await startAmplitude({ ...amplitudeKeys, lines });
  try {
    const authorization = `Basic ${Buffer.from(`${amplitudeKeys.apiKey}:${amplitudeKeys.secretKey}`).toString('base64')}`;
    const answer = await fetch(`${server.url}/api/2/export?start=20210527T00&end=20210527T23`, {
      headers: { authorization },
    });
    if (answer.status !== 200) throw new Error(`the stand-in answers ${answer.status}`);
    await writeFile(path, answer.body ?? '');
    return rows;
  } finally {
    await server.stop();
  }
}
