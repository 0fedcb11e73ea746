import { open } from 'node:fs/promises';
import { importProblem } from './import-problem.ts';

export interface CsvDialect {
  delimiter: string;
  quote: '"' | "'";
  /** What makes a quote within quotes: another quote, or a backslash. */
  escape: string;
  /** Null: the first line is a row already. */
  header: string[] | null;
  columns: number;
}

type Quoting = Pick<CsvDialect, 'quote' | 'escape'>;

/** Thousands of columns have long names. */
const headBytes = 1024 * 1024;
const delimiters = [',', ';', '\t', '|'] as const;
const recordsTried = 50;
const signsTried = 8;

/** Finds the delimiter, the quoting, and whether the first line names the columns, from the file's beginning. */
export async function readCsvDialect(path: string): Promise<CsvDialect> {
  const { head, whole } = await readHead(path);
  const quoting = quotingOf(head);
  const tried = (delimiter: string) => {
    const records = splitRecords(head, delimiter, quoting, whole);
    return { delimiter, records, score: agreement(records) };
  };
  const best = (some: readonly string[]) =>
    some.map(tried).reduce((a, b) => (b.score > a.score ? b : a), tried(','));
  const usual = best(delimiters);
  const { delimiter, records } = usual.score > 0 ? usual : best(unusualDelimiters(head));
  const [first, ...others] = records;
  if (!first) throw importProblem('empty_file', 'The file has no line.');
  if (first.length < 2)
    throw importProblem(
      'too_few_columns',
      'The file has one column: no comma, semicolon, tab, bar or other sign parts its lines.',
      { field: 'columns' },
    );
  const header = looksLikeHeader(first, others) ? first.map((name) => name.trim()) : null;
  return { delimiter, ...quoting, header, columns: first.length };
}

async function readHead(path: string): Promise<{ head: string; whole: boolean }> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const head = buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
    return { head, whole: bytesRead < headBytes };
  } finally {
    await file.close();
  }
}

/**
 * Signs of the first line that are neither letters nor digits, and do not belong to words, numbers or quotes: the commonest,
 * since what is tried is read over and over.
 */
function unusualDelimiters(head: string): string[] {
  const first = /^[^\r\n]*/.exec(head)?.[0] ?? '';
  const counts = new Map<string, number>();
  for (const sign of first.match(/[^\p{L}\p{N}\p{Cs}"'._\-+\r\n]/gu) ?? [])
    counts.set(sign, (counts.get(sign) ?? 0) + 1);
  const commonest = [...counts].toSorted(([, a], [, b]) => b - a);
  return commonest.slice(0, signsTried).map(([sign]) => sign);
}

/** Single quotes quote where no cell begins with a double one and half the lines have a cell within single ones. */
function quotingOf(head: string): Quoting {
  const lines = head.split(/\r?\n/).slice(0, recordsTried);
  const cellsIn = (quote: string) =>
    lines.filter((line) =>
      new RegExp(`(^|[^\\p{L}\\p{N}])${quote}[^${quote}]*${quote}([^\\p{L}\\p{N}]|$)`, 'u').test(line),
    );
  const single = cellsIn('"').length === 0 && cellsIn("'").length >= Math.max(1, lines.length / 2);
  const quote = single ? "'" : '"';
  const backslash = new RegExp(`[^\\\\${quote}]\\\\${quote}[\\p{L}\\p{N} ]`, 'u').test(head);
  return { quote, escape: backslash ? '\\' : quote };
}

/** More columns are better, as long as the lines agree on how many there are. */
function agreement(records: string[][]): number {
  const columns = records[0]?.length ?? 0;
  if (columns < 2) return 0;
  const agreeing = records.filter((record) => record.length === columns).length;
  return (agreeing / records.length) * 1000 + columns;
}

/** The first records, quotes respected; a record that the head cuts off is left out. */
function splitRecords(
  head: string,
  delimiter: string,
  { quote, escape }: Quoting,
  whole: boolean,
): string[][] {
  const records: string[][] = [];
  let [record, cell, quoted]: [string[], string, boolean] = [[], '', false];
  for (let i = 0; i < head.length && records.length < recordsTried; i++) {
    const letter = head[i] ?? '';
    if (quoted) {
      if (letter === escape && head[i + 1] === quote) cell += head[++i] ?? '';
      else if (letter === quote) quoted = false;
      else cell += letter;
    } else if (letter === quote && cell === '') quoted = true;
    else if (letter === delimiter) {
      record.push(cell);
      cell = '';
    } else if (letter === '\n' || letter === '\r') {
      if (letter === '\r' && head[i + 1] === '\n') i++;
      records.push([...record, cell]);
      [record, cell] = [[], ''];
    } else cell += letter;
  }
  if (whole && records.length < recordsTried && (cell !== '' || record.length > 0))
    records.push([...record, cell]);
  return records.filter((cells) => cells.length > 1 || cells[0] !== '');
}

const valueLike =
  /^\s*(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|\d{1,4}[-/]\d{1,2}[-/]\d{1,4}.*|true|false)\s*$/i;

/** Names are not numbers or times, and not missing but for one (the index that some tools write first). */
function looksLikeHeader(first: readonly string[], others: readonly string[][]): boolean {
  if (first.some((cell) => valueLike.test(cell))) return false;
  const missing = first.filter((cell) => cell.trim() === '').length;
  return missing <= 1 || others.length === 0;
}
