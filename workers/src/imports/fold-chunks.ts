import type { ImportChunkRow } from '@foretell/backend/db/sources';

/** What becomes of settled chunks: each of `kept` says what it is from now on, the others go. */
export interface FoldedChunks {
  kept: ImportChunkRow[];
  gone: ImportChunkRow[];
}

/** Of a warehouse a chunk is an attempt's, and covers no hours. */
const isOfHours = ({ fromHour, toHour }: ImportChunkRow) => toHour > fromHour;

/**
 * Chunks that no import needs the rows of any more, as few as say the same. Of Amplitude: which hours are done, one row for
 * hours in a row. Of a warehouse: how far the increments have come, which the newest of them knows.
 */
export function foldChunks(settled: readonly ImportChunkRow[]): FoldedChunks {
  const kept = [
    ...foldHours(settled.filter(isOfHours)),
    ...newestIncrement(settled.filter((row) => !isOfHours(row))),
  ];
  const ids = new Set(kept.map(({ id }) => id));
  return { kept, gone: settled.filter(({ id }) => !ids.has(id)) };
}

function foldHours(rows: readonly ImportChunkRow[]): ImportChunkRow[] {
  const folded: ImportChunkRow[] = [];
  for (const row of rows.toSorted((a, b) => a.fromHour - b.fromHour)) {
    const last = folded.at(-1);
    if (!last || row.fromHour > last.toHour) folded.push({ ...row, manifestKey: null });
    else {
      last.toHour = Math.max(last.toHour, row.toHour);
      last.rows += row.rows;
    }
  }
  return folded;
}

function newestIncrement(rows: readonly ImportChunkRow[]): ImportChunkRow[] {
  const reached = rows.filter(({ upTo }) => upTo !== null);
  const newest = reached.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)).at(-1);
  return newest ? [{ ...newest, manifestKey: null }] : [];
}
