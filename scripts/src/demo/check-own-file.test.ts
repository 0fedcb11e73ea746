import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OwnData } from './arguments.ts';
import { checkOwnFile } from './check-own-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'foretell-own-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

const asked = (file: string, change: Partial<OwnData> = {}): OwnData => ({
  file: file.startsWith('/') ? file : join(folder, file),
  label: { column: 'returned' },
  entity: 'customer',
  time: 'ordered_at',
  knownAfterDays: {},
  exclude: [],
  ...change,
});
const write = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);

const header = 'ordered_at;customer;"amount ""net""";returned';
const row = '2026-01-01 00:00:00;c1;3.5;yes';

test('a file is told to be missing, empty, a folder or of no known kind before anything starts', async () => {
  mkdirSync(join(folder, 'a.csv'));
  write('empty.csv', '');
  write('orders.xlsx', 'x');
  write('zip.csv', Buffer.from('504b030400', 'hex'));
  await expect(checkOwnFile(asked('none.csv'))).rejects.toThrow(/^--data: there is no file .*none\.csv$/);
  await expect(checkOwnFile(asked('a.csv'))).rejects.toThrow(/a\.csv is not a file$/);
  await expect(checkOwnFile(asked('empty.csv'))).rejects.toThrow(/empty\.csv is empty$/);
  await expect(checkOwnFile(asked('orders.xlsx'))).rejects.toThrow(
    /cannot be told from its name.*\.parquet$/,
  );
  await expect(checkOwnFile(asked('zip.csv'))).rejects.toThrow(/zip\.csv: The file is a ZIP archive/);
});

test('each named column must be in a CSV, whatever parts and quotes its cells', async () => {
  write('orders.csv', `${header}\n${row}\n${row}\n`);
  await checkOwnFile(asked('orders.csv', { exclude: ['amount "net"'] }));
  const missing: [Partial<OwnData>, RegExp][] = [
    [
      { label: { column: 'amount', op: '>', value: 1 } },
      /^--label: .* has no column "amount"; it has ordered_at, customer, amount "net", returned$/,
    ],
    [{ entity: 'Customer' }, /^--entity: .*"Customer"/],
    [{ time: 'at' }, /^--time: /],
    [{ knownAfterDays: { refunded: 3 } }, /^--known-after: .*"refunded"/],
    [{ exclude: ['note'] }, /^--exclude: .*"note"/],
  ];
  for (const [change, told] of missing)
    await expect(checkOwnFile(asked('orders.csv', change))).rejects.toThrow(told);
});

test('columns of JSON lines are those of all lines, of Parquet those of its schema', async () => {
  write('orders.jsonl', '{"ordered_at":"2026-01-01","customer":{"id":"c"}}\n{"returned":true}\n');
  await checkOwnFile(asked('orders.jsonl', { entity: 'customer.id' }));
  await expect(checkOwnFile(asked('orders.jsonl'))).rejects.toThrow(
    /^--entity: .*has ordered_at, customer\.id, returned/,
  );
  const flights = fileURLToPath(new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets')));
  await checkOwnFile(asked(flights, { label: { column: 'delay' }, entity: 'origin', time: 'date' }));
  await expect(checkOwnFile(asked(flights))).rejects.toThrow(/^--label: .*"returned"; it has date, delay/);
});

test('what the header of another encoding names is left to the import', async () => {
  write('utf16.csv', Buffer.from(`\uFEFF${header}\n${row}\n`, 'utf16le'));
  await checkOwnFile(asked('utf16.csv', { entity: 'none' }));
});
