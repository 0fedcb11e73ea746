import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { identifier, stringLiteral } from '@foretell/spark-jobs/dialect';
import { queryOne, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import { findRepeated } from './find-repeated.ts';
import { earlierSource, partSource, selectNew, type EarlierFile, type Source } from './merge-sources.ts';
import { parquetOptions, withSmallEngine } from './part-files.ts';
import type { StagedPart } from './row-stager.ts';
import { settleColumns, type Column, type SettledColumns } from './settle-columns.ts';
import { writeQuarantine, type Quarantine } from './write-quarantine.ts';

export interface MergeInput {
  earlier: { columns: readonly Column[]; files: readonly EarlierFile[] };
  parts: readonly StagedPart[];
  /** The column that names a row: of rows with one name one is kept. Null: every row is. */
  idColumn: string | null;
  /** Which one. @default 'first' */
  keeps?: 'first' | 'last';
  outputDir: string;
  /** Stops it. */
  signal?: AbortSignal;
}

export interface Merged extends Omit<SettledColumns, 'misfits'> {
  rows: number;
  /** Rows that were there already. */
  duplicates: number;
  files: { path: string; rows: number; bytes: number }[];
  /** Values that do not fit their column; null when all do. */
  quarantine: Quarantine | null;
}

/** Several small files become one, which is put in one piece, from memory. */
const outputBytes = 16 * 1024 * 1024;

/** What was there and what came, as one set of typed files, in bounded memory: rows keep their order, none comes twice. */
export async function mergeParts({
  earlier,
  parts,
  idColumn,
  keeps = 'first',
  outputDir,
  signal,
}: MergeInput): Promise<Merged> {
  const { misfits, ...settled } = settleColumns(earlier.columns, parts);
  const { columns } = settled;
  const idIndex = columns.findIndex(({ name }) => name === idColumn);
  const sources: Source[] = [
    ...earlier.files.map((file) => earlierSource(file, earlier.columns, columns)),
    ...parts.map((part) => partSource(part, columns)),
  ].map((source, index) => ({ ...source, index, id: source.cells[idIndex] ?? null }));
  const spill = join(outputDir, 'spill');
  await mkdir(spill, { recursive: true });
  return withSmallEngine(
    spill,
    async (connection) => {
      const repeated = await findRepeated(connection, sources, keeps, spill);
      const repeats = (source: Source) => repeated.get(source.index) ?? 0;
      const fresh = sources.filter((source) => repeats(source) < source.rows);
      const files: Merged['files'] = [];
      for (const group of inGroups(fresh))
        files.push(
          await writeFile(connection, group, columns, repeats, join(outputDir, `${files.length}.parquet`)),
        );
      return {
        ...settled,
        rows: files.reduce((sum, { rows }) => sum + rows, 0),
        duplicates: [...repeated.values()].reduce((sum, n) => sum + n, 0),
        files,
        quarantine: await writeQuarantine(
          connection,
          fresh,
          repeats,
          misfits,
          join(outputDir, 'misfits.parquet'),
        ),
      };
    },
    { columns: columns.length, ...(signal ? { signal } : {}) },
  );
}

function inGroups(sources: readonly Source[]): Source[][] {
  const groups: Source[][] = [];
  let bytes = Infinity;
  for (const source of sources) {
    if (bytes + source.bytes > outputBytes) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(source);
    bytes += source.bytes;
  }
  return groups;
}

async function writeFile(
  connection: DuckDBConnection,
  sources: readonly Source[],
  columns: readonly Column[],
  repeats: (source: Source) => number,
  path: string,
) {
  const named = (cells: readonly string[]) =>
    cells.map((cell, i) => `${cell} AS ${identifier(columns[i]?.name ?? '')}`);
  const selects = sources.map((source) => selectNew(source, named(source.cells), repeats(source)));
  await connection.run(
    `COPY (${selects.join(' UNION ALL ')}) TO ${stringLiteral(path)} ${parquetOptions(columns.length)}`,
  );
  const counted = await queryOne(
    connection,
    `SELECT count(*) AS n FROM read_parquet(${stringLiteral(path)})`,
  );
  return { path, rows: Number(counted['n']), bytes: (await stat(path)).size };
}
