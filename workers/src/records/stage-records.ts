import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordFileRow } from '@foretell/backend/db/record-files';
import type { Lake } from '@foretell/core/node/lake';
import { downloadFile } from '@foretell/core/node/lake-files';
import { identifier, stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, queryOne, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import type { CellKind } from '../imports/rows/cell.ts';
import { parquetOptions, rowNumber, withSmallEngine } from '../imports/rows/part-files.ts';
import type { StagedPart } from '../imports/rows/row-stager.ts';
import { timestampColumn } from './record-columns.ts';

const downloadsAtOnce = 8;

/** What `write-records.ts` writes, as the kinds that a merge settles columns by. */
const kinds: Readonly<Record<string, CellKind>> = {
  VARCHAR: 'string',
  BIGINT: 'number',
  DOUBLE: 'number',
  BOOLEAN: 'boolean',
  TIMESTAMP: 'timestamp',
  DATE: 'date',
};

interface FileColumn {
  name: string;
  type: string;
}

/** Batches of records as parts: those with the same columns make one, in the order they are given. */
export async function stageRecords(
  lake: Lake,
  files: readonly RecordFileRow[],
  timeColumn: string | null,
  dir: string,
  signal: AbortSignal,
): Promise<StagedPart[]> {
  const paths = await fetchAll(lake, files, dir, signal);
  const spill = join(dir, 'records-spill');
  await mkdir(spill, { recursive: true });
  return withSmallEngine(
    spill,
    async (connection) => {
      const groups = Object.values(await byColumns(connection, paths));
      const parts: StagedPart[] = [];
      for (const [index, group] of groups.entries())
        parts.push(
          await writePart(connection, group, timeColumn, join(dir, `records-part-${index}.parquet`)),
        );
      return parts;
    },
    { signal },
  );
}

async function fetchAll(
  lake: Lake,
  files: readonly RecordFileRow[],
  dir: string,
  signal: AbortSignal,
): Promise<string[]> {
  const paths = files.map((_, index) => join(dir, `records-${index}.parquet`));
  for (let start = 0; start < files.length; start += downloadsAtOnce) {
    const some = files.slice(start, start + downloadsAtOnce);
    await Promise.all(some.map(({ key }, i) => downloadFile(lake, key, paths[start + i] ?? '', signal)));
  }
  return paths;
}

interface Group {
  paths: string[];
  columns: FileColumn[];
}

async function byColumns(
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<Record<string, Group>> {
  const groups: Record<string, Group> = {};
  for (const path of paths) {
    const described = await query(connection, `DESCRIBE SELECT * FROM read_parquet(${stringLiteral(path)})`);
    const columns = described.map((row) => ({
      name: String(row['column_name']),
      type: String(row['column_type']),
    }));
    (groups[JSON.stringify(columns)] ??= { paths: [], columns }).paths.push(path);
  }
  return groups;
}

/** A record's time fills its dataset's time column, and needs none of its own beside it. */
function cellsOf(columns: readonly FileColumn[], timeColumn: string | null) {
  const cells = columns.map((column) => ({ ...column, sql: identifier(column.name) }));
  if (timeColumn === null || timeColumn === timestampColumn) return cells;
  const others = cells.filter(({ name }) => name !== timestampColumn);
  const time = others.find(({ name }) => name === timeColumn);
  if (!time) return [...others, { name: timeColumn, type: 'TIMESTAMP', sql: identifier(timestampColumn) }];
  if (time.type === 'TIMESTAMP') time.sql = `coalesce(${time.sql}, ${identifier(timestampColumn)})`;
  return others;
}

async function writePart(
  connection: DuckDBConnection,
  { paths, columns }: Group,
  timeColumn: string | null,
  path: string,
): Promise<StagedPart> {
  const cells = cellsOf(columns, timeColumn).map((cell, i) => ({ ...cell, place: `c${i + 1}` }));
  const selected = cells.map(({ sql, place }) => `${sql} AS ${place}`).join(', ');
  const from = `read_parquet([${paths.map(stringLiteral).join(', ')}])`;
  await connection.run(
    `COPY (SELECT row_number() OVER () - 1 AS ${rowNumber}, ${selected} FROM ${from}) TO ${stringLiteral(path)} ${parquetOptions(cells.length + 1)}`,
  );
  const counts = cells.map(({ place }) => `count(${place}) AS ${place}`).join(', ');
  const counted = await queryOne(
    connection,
    `SELECT count(*) AS n, ${counts} FROM read_parquet(${stringLiteral(path)})`,
  );
  const variants = cells.map(({ name, type, place }) => {
    const kind = kinds[type];
    if (!kind) throw new Error(`a file of records has a column of type ${type}`);
    const values = Number(counted[place]);
    return { column: name, kind, place, values, whole: type === 'BIGINT' };
  });
  return {
    path,
    rows: Number(counted['n']),
    bytes: (await stat(path)).size,
    variants: variants.filter(({ values }) => values > 0),
  };
}
