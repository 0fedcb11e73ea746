import type { ImportChunkRow } from '@foretell/backend/db/sources';
import fc from 'fast-check';
import { missingWindows } from './amplitude/hours.ts';
import { foldChunks } from './fold-chunks.ts';

const chunk = (id: string, changes: Partial<ImportChunkRow>): ImportChunkRow => ({
  id,
  workspace: 'w',
  dataset: 'd',
  job: 'j',
  fromHour: 0,
  toHour: 0,
  upTo: null,
  manifestKey: null,
  rows: 0,
  featureSet: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  ...changes,
});

test('hours in a row become one chunk with all their rows; a gap stays one', () => {
  const rows = [
    chunk('c', { fromHour: 5, toHour: 7, rows: 30, manifestKey: 'k' }),
    chunk('a', { fromHour: 0, toHour: 2, rows: 1 }),
    chunk('b', { fromHour: 2, toHour: 4, rows: 2, featureSet: 1 }),
  ];
  const { kept, gone } = foldChunks(rows);
  expect(kept).toMatchObject([
    { id: 'a', fromHour: 0, toHour: 4, rows: 3, manifestKey: null },
    { id: 'c', fromHour: 5, toHour: 7, rows: 30, manifestKey: null },
  ]);
  expect(gone.map(({ id }) => id)).toEqual(['b']);
});

test('whatever hours were done, the same are missing before and after', () => {
  const windows = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 9 })));
  const property = fc.property(windows, (done) => {
    const rows = done.map(([from, length], i) => chunk(`${i}`, { fromHour: from, toHour: from + length }));
    const asWindows = (of: ImportChunkRow[]) =>
      of.map(({ fromHour, toHour }) => ({ from: fromHour, to: toHour }));
    const range = { from: 0, to: 80 };
    const { kept, gone } = foldChunks(rows);
    expect(missingWindows(range, asWindows(kept))).toEqual(missingWindows(range, asWindows(rows)));
    expect(kept.length + gone.length).toBe(rows.length);
    expect(foldChunks(kept).gone).toEqual([]);
  });
  fc.assert(property, { seed: 34 });
});

test('of increments the newest stays, which knows how far they have come; of whole answers none', () => {
  const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;
  const increments = [
    chunk('a', { fromHour: 1, toHour: 1, upTo: '10', createdAt: at(1), featureSet: 1 }),
    chunk('c', { fromHour: 1, toHour: 1, upTo: '9', createdAt: at(3), featureSet: 3 }),
    chunk('b', { fromHour: 1, toHour: 1, upTo: '8', createdAt: at(2), featureSet: 2 }),
  ];
  expect(foldChunks(increments).kept.map(({ id }) => id)).toEqual(['c']);
  const whole = increments.map((row) => ({ ...row, upTo: null }));
  expect(foldChunks(whole).gone.map(({ id }) => id)).toEqual(['a', 'c', 'b']);
});
