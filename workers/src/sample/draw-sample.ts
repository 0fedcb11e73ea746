import type { FeatureSetSample, FeatureSetSchema } from '@foretell/core/contracts/feature-set';
import type { Scalar } from '@foretell/core/contracts/primitives';
import { identifier } from '@foretell/spark-jobs/dialect';
import { query, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import { asScalar } from './scalar-sql.ts';

const sampleRows = 10_000;
/** Keeps sample.json of a wide table within about 20 MB. */
const maxCells = 1_500_000;
const seed = 1;

/** A uniform sample without replacement, by a seeded reservoir; in the order of the data. */
export async function drawSample(
  connection: DuckDBConnection,
  columns: FeatureSetSchema['columns'],
  of: number,
): Promise<FeatureSetSample> {
  const size = Math.min(of, sampleRows, Math.max(100, Math.floor(maxCells / columns.length)));
  const cells = columns.map(({ name, type }) => `${asScalar(identifier(name), type)} AS ${identifier(name)}`);
  // One thread: the reservoir's draws are repeatable only in one order of the rows.
  await connection.run('SET threads = 1');
  const rows = await query(
    connection,
    `SELECT ${cells.join(', ')} FROM (SELECT * FROM data USING SAMPLE reservoir(${size} ROWS) REPEATABLE (${seed}))`,
  );
  return {
    rows: rows as Record<string, Scalar>[],
    size: rows.length,
    of,
    seed,
    standardError: standardError(rows.length, of),
  };
}

/** Of a share estimated from n of N rows drawn without replacement, at its largest (a share of one half). */
function standardError(n: number, of: number): number {
  if (n === 0 || of <= 1) return 0;
  return (0.5 / Math.sqrt(n)) * Math.sqrt((of - n) / (of - 1));
}
