import { identifier, stringLiteral } from '@foretell/spark-jobs/dialect';
import type { DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import { readCsvDialect } from './csv-dialect.ts';
import { importProblem } from './import-problem.ts';
import type { RawTable } from './raw-table.ts';

/** Every cell as text, empty ones as NULL; a line with too many or too few cells ends the import with its number. */
export async function readCsv(connection: DuckDBConnection, path: string): Promise<RawTable> {
  const dialect = await readCsvDialect(path);
  const names = namesOf(dialect.header, dialect.columns);
  const columns = names.map((_, i) => `'c${i}': 'VARCHAR'`).join(', ');
  const options = [
    'auto_detect = false',
    `columns = {${columns}}`,
    `delim = ${stringLiteral(dialect.delimiter)}`,
    `quote = ${stringLiteral(dialect.quote)}`,
    `escape = ${stringLiteral(dialect.escape)}`,
    `header = ${dialect.header !== null}`,
    `nullstr = ''`,
  ].join(', ');
  try {
    await connection.run(`CREATE TABLE raw AS SELECT * FROM read_csv(${stringLiteral(path)}, ${options})`);
  } catch (error) {
    throw inWords(error);
  }
  return {
    from: 'raw',
    columns: names.map((name, i) => ({ name, cell: identifier(`c${i}`), type: 'text' })),
  };
}

export function namesOf(header: readonly string[] | null, columns: number): string[] {
  if (!header) return Array.from({ length: columns }, (_, i) => `column_${i + 1}`);
  return header.map((name, i) => (name === '' ? `column_${i + 1}` : name));
}

/** DuckDB's advice names its own options and our paths: the user is told what is wrong with which line. */
function inWords(error: unknown): unknown {
  const text = error instanceof Error ? error.message : String(error);
  const line = /CSV Error on Line: (\d+)/.exec(text)?.[1];
  if (line === undefined) return error;
  const at = `Line ${line} of the file`;
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(text);
  const [code, detail] = counts
    ? [
        'ragged_row',
        `${at} has ${counts[2] ?? ''} cells instead of ${counts[1] ?? ''}. The file may be cut off, or a cell holds the delimiter unquoted.`,
      ]
    : /unterminated quote/i.test(text)
      ? ['unterminated_quote', `${at} opens a quote that is never closed: the file may be cut off.`]
      : /Maximum line size/i.test(text)
        ? ['line_too_long', `${at} is longer than 2 MB.`]
        : ['unreadable_row', `${at} cannot be read: ${text.split('\n')[2] ?? ''}`];
  return importProblem(code, detail, { field: `line ${line}`, cause: error });
}
