import { formatOfName } from './format-of-name.ts';

test.each([
  ['orders.csv', 'csv'],
  ['Orders.2026.TSV', 'csv'],
  ['events.json', 'jsonl'],
  ['flights.parquet', 'parquet'],
  ['orders.xlsx', undefined],
  ['constructor', undefined],
  ['csv', 'csv'],
])('%s holds %s by its name', (name, format) => {
  expect(formatOfName(name)).toBe(format);
});
