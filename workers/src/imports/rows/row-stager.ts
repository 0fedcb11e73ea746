import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { importProblem } from '../import-problem.ts';
import type { Cell, CellKind, CellSink } from './cell.ts';
import { maxRowBytes, partFromCsv } from './part-files.ts';

/** The values of one kind in one column of a part. */
export interface Variant {
  column: string;
  kind: CellKind;
  /** The part's own column that holds them. */
  place: string;
  values: number;
  /** Every number is a whole one, held exactly: the part has them as BIGINT. */
  whole: boolean;
}

/** A Parquet file of rows as they came: a column for each kind of value that a source's column had, and the row's number. */
export interface StagedPart {
  path: string;
  rows: number;
  bytes: number;
  variants: Variant[];
}

export interface RowStager {
  /** Adds one row, its cells given to the sink. Resolves when there is room for the next. */
  add(cells: (sink: CellSink) => void): Promise<void>;
  /** Writes what is left and answers every part. */
  finish(): Promise<StagedPart[]>;
}

/** The text of a part's rows before it is written: bounds what one takes of disk and memory. */
const partTextBytes = 48 * 1024 * 1024;
const writeBytes = 256 * 1024;

/** Rows of a source whose columns are not known beforehand, as Parquet parts: one pass, bounded memory, nothing lost. */
export function createRowStager(dir: string, textBytes = partTextBytes): RowStager {
  const parts: StagedPart[] = [];
  let part = startPart(dir, 0);

  async function flush(): Promise<void> {
    if (part.rows === 0) return;
    parts.push(await part.write());
    part = startPart(dir, parts.length);
  }

  return {
    async add(cells) {
      const waiting = part.add(cells);
      if (waiting) await waiting;
      if (part.bytes > textBytes) await flush();
    },
    async finish() {
      await flush();
      return parts;
    },
  };
}

interface PlacedVariant extends Variant {
  index: number;
  lastRow: number;
}

function startPart(dir: string, n: number) {
  const [source, target] = [join(dir, `rows-${n}.csv`), join(dir, `rows-${n}.parquet`)];
  const columns = new Map<string, Partial<Record<CellKind, PlacedVariant>>>();
  const variants: PlacedVariant[] = [];
  let file: WriteStream | null = null;
  let buffered = '';
  let row: string[] = [];

  function find(column: string, kind: CellKind): PlacedVariant {
    let kinds = columns.get(column);
    if (!kinds) columns.set(column, (kinds = {}));
    let variant = kinds[kind];
    if (!variant) {
      const index = variants.length + 1;
      variant = { index, lastRow: -1, column, kind, place: `c${index}`, values: 0, whole: true };
      kinds[kind] = variant;
      variants.push(variant);
    }
    return variant;
  }

  const sink: CellSink = (column, kind, value) => {
    const variant = find(column, kind);
    // A source may say a cell twice, as `{"a.b": 1, "a": {"b": 2}}` does: the first counts.
    if (variant.lastRow === part.rows) return;
    variant.lastRow = part.rows;
    variant.values++;
    if (kind === 'number' && typeof value !== 'bigint' && !Number.isSafeInteger(value)) variant.whole = false;
    while (row.length < variant.index) row.push('');
    row[variant.index] = textOf(value);
  };

  function drain(): Promise<unknown> | null {
    file ??= createWriteStream(source);
    const chunk = buffered;
    buffered = '';
    return file.write(chunk) ? null : once(file, 'drain');
  }

  const part = {
    rows: 0,
    bytes: 0,
    /** A promise only when the disk is behind. */
    add(cells: (to: CellSink) => void): Promise<unknown> | null {
      row = [String(part.rows)];
      cells(sink);
      const line = `${row.join(',')}\n`;
      if (line.length > maxRowBytes) throw rowTooLarge(line.length);
      part.rows++;
      part.bytes += line.length;
      buffered += line;
      return buffered.length < writeBytes ? null : drain();
    },
    async write(): Promise<StagedPart> {
      const closed = once(file ?? (file = createWriteStream(source)), 'close');
      file.end(buffered);
      await closed;
      await partFromCsv(source, target, variants, join(dir, 'spill'));
      await rm(source);
      const described = variants.map(({ column, kind, place, values, whole }) => ({
        column,
        kind,
        place,
        values,
        whole,
      }));
      return { path: target, rows: part.rows, bytes: (await stat(target)).size, variants: described };
    },
  };
  return part;
}

/** Quoted unless it is a number or a truth; without zero characters, which few readers take. */
function textOf(value: Cell): string {
  if (typeof value !== 'string') return String(value);
  const text = value.includes('\0') ? value.replaceAll('\0', '') : value;
  return text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`;
}

function rowTooLarge(letters: number): Error {
  const megabytes = (size: number) => (size / 1024 ** 2).toFixed(1);
  return importProblem(
    'row_too_large',
    `A row has ${megabytes(letters)} MB of text; ${megabytes(maxRowBytes)} MB are allowed.`,
    { field: 'row' },
  );
}
