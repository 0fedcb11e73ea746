import { withDuckDb } from '@foretell/spark-jobs/duckdb';
import { checkBytes, type FileFormat } from './check-bytes.ts';
import { readCsvDialect } from './csv-dialect.ts';
import { namesOf } from './read-csv.ts';
import { readJson } from './read-json.ts';
import { readParquet } from './read-parquet.ts';

/** JSON tells its columns only when all of it was read: of a larger file that is left to the import. */
const mostJsonBytes = 64 * 1024 * 1024;
const memoryMb = 1024;

/**
 * The names of a file's columns as its import will read them, from its beginning or its schema alone; null when that does
 * not tell. `tempDir` is where a large file's rows may spill. Throws `invalid` in words for what is no such file.
 */
export async function columnNames(
  { path, format, bytes }: { path: string; format: FileFormat; bytes: number },
  tempDir: string,
): Promise<string[] | null> {
  await checkBytes(path, format);
  if (format === 'csv') {
    const { header, columns } = await readCsvDialect(path);
    const names = namesOf(header, columns);
    // Another encoding than UTF-8: the import finds which.
    return names.some((name) => /[\0\uFFFD]/.test(name)) ? null : names;
  }
  if (format === 'jsonl' && bytes > mostJsonBytes) return null;
  const read = format === 'jsonl' ? readJson : readParquet;
  const { columns } = await withDuckDb({ threads: 1, memoryMb, tempDir }, (connection) =>
    read(connection, path),
  );
  return columns.map(({ name }) => name);
}
