import type { ColumnType } from '@foretell/core/contracts/primitives';
import { sampleCells, sendRecordsSnippet } from './send-records-snippet.ts';

const at = '2026-11-23T12:00:00.000Z';
const types = new Map<string, ColumnType>([
  ['record_id', 'string'],
  ['timestamp', 'timestamp'],
  ['customer', 'string'],
  ['amount', 'double'],
  ['day', 'date'],
]);
const ofAll = { columns: [...types.keys()], types, measured: new Set<string>(), at };

test('a sample record has the values of a real row and the time of now', () => {
  const row = { record_id: 'r9', timestamp: '2024-05-10', customer: "O'Hara", amount: 7, day: '2024-05-10' };
  const cells = sampleCells({ ...ofAll, row });
  expect(cells).toEqual({ customer: "O'Hara", amount: 7, day: '2026-11-23' });
  const code = sendRecordsSnippet({ publicUrl: 'http://api', dataset: 'd1', at, cells });
  expect(code).toContain(
    String.raw`"record_id":"event-1","timestamp":"${at}","customer":"O'\''Hara","amount":7`,
  );
});

test('without a row, values are made up by type, and what is measured is a number', () => {
  expect(sampleCells({ ...ofAll, row: undefined })).toEqual({
    customer: 'customer-1',
    amount: 12.5,
    day: '2026-11-23',
  });
  expect(
    sampleCells({
      columns: ['order', 'revenue'],
      types: new Map(),
      measured: new Set(['revenue']),
      row: { order: null },
      at,
    }),
  ).toEqual({ order: 'order-1', revenue: 12.5 });
});
