import type { Misfit } from '@foretell/core/contracts/feature-set';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { queryOne, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import { selectNew, type Source } from './merge-sources.ts';

/** Values kept apart from their columns, counted exactly; the file holds the first of them. */
export interface Quarantine {
  path: string;
  misfits: Misfit[];
}

const keptValues = 100_000;

/** Keeps what does not fit its column: the row's id, the column, the kind it has, and the value as text. */
export async function writeQuarantine(
  connection: DuckDBConnection,
  sources: readonly Source[],
  repeats: (source: Source) => number,
  misfits: readonly Misfit[],
  path: string,
): Promise<Quarantine | null> {
  if (misfits.length === 0) return null;
  await connection.run(
    'CREATE TABLE misfits (row_id VARCHAR, "column" VARCHAR, kind VARCHAR, value VARCHAR)',
  );
  const counted: Misfit[] = [];
  let kept = 0;
  for (const misfit of misfits) {
    let values = 0;
    for (const source of sources) {
      const variant = source.variants.find(
        ({ column, kind }) => column === misfit.column && kind === misfit.kind,
      );
      if (!variant) continue;
      const { place } = variant;
      const rows = selectNew(
        source,
        [`${source.id ?? source.number} AS id`, `${place} AS value`],
        repeats(source),
      );
      const found = await queryOne(connection, `SELECT count(value) AS n FROM (${rows})`);
      values += Number(found['n']);
      if (kept >= keptValues) continue;
      await connection.run(
        `INSERT INTO misfits SELECT CAST(id AS VARCHAR), ${stringLiteral(misfit.column)}, ${stringLiteral(misfit.kind)}, CAST(value AS VARCHAR) FROM (${rows}) WHERE value IS NOT NULL LIMIT ${keptValues - kept}`,
      );
      kept = Math.min(keptValues, kept + Number(found['n']));
    }
    if (values > 0) counted.push({ ...misfit, values });
  }
  if (counted.length === 0) return null;
  await connection.run(`COPY misfits TO ${stringLiteral(path)} (FORMAT parquet, COMPRESSION zstd)`);
  return { path, misfits: counted };
}
