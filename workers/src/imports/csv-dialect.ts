import { open } from 'node:fs/promises';
import { importProblem } from './import-problem.ts';

export interface CsvDialect {
  delimiter: string;
  /** Null: the first line is a row already. */
  header: string[] | null;
  columns: number;
}

const headBytes = 256 * 1024;
const delimiters = [',', ';', '\t', '|'] as const;
const recordsTried = 50;

/** Finds the delimiter, and whether the first line names the columns, from the file's beginning. */
export async function readCsvDialect(path: string): Promise<CsvDialect> {
  const file = await open(path);
  let head: string;
  let whole: boolean;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    head = buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
    whole = bytesRead < headBytes;
  } finally {
    await file.close();
  }
  const best = delimiters
    .map((delimiter) => ({ delimiter, records: splitRecords(head, delimiter, whole) }))
    .map((candidate) => ({ ...candidate, score: agreement(candidate.records) }))
    .reduce((a, b) => (b.score > a.score ? b : a));
  const [first, ...others] = best.records;
  if (!first) throw importProblem('empty_file', 'The file has no line.');
  if (first.length < 2)
    throw importProblem(
      'too_few_columns',
      'The file has one column: no comma, semicolon, tab or bar parts its lines.',
      { field: 'columns' },
    );
  const header = looksLikeHeader(first, others) ? first.map((name) => name.trim()) : null;
  return { delimiter: best.delimiter, header, columns: first.length };
}

/** More columns are better, as long as the lines agree on how many there are. */
function agreement(records: string[][]): number {
  const columns = records[0]?.length ?? 0;
  if (columns < 2) return 0;
  const agreeing = records.filter((record) => record.length === columns).length;
  return (agreeing / records.length) * 1000 + columns;
}

/** The first records, quotes respected; a record that the head cuts off is left out. */
function splitRecords(head: string, delimiter: string, whole: boolean): string[][] {
  const records: string[][] = [];
  let [record, cell, quoted]: [string[], string, boolean] = [[], '', false];
  for (let i = 0; i < head.length && records.length < recordsTried; i++) {
    const letter = head[i] ?? '';
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (head[i + 1] === '"') cell += head[++i] ?? '';
      else quoted = false;
    } else if (letter === '"' && cell === '') quoted = true;
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
