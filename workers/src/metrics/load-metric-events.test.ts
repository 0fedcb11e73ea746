import { fitsWarehouse, type MetricEvent } from './load-metric-events.ts';

const event = (unit: string, occurredAt: string): MetricEvent => ({
  dataset: 'd',
  unitColumn: 'unit',
  recordId: 'r',
  event: 'record',
  unit,
  occurredAt: new Date(occurredAt),
  value: null,
  receivedAt: null,
});

test('a unit or a time that the warehouse cannot hold is told from one it can', () => {
  expect(fitsWarehouse(event('u', '2026-01-01T00:00:00Z'))).toBe(true);
  expect(fitsWarehouse(event('😀'.repeat(1024), '2026-01-01T00:00:00Z'))).toBe(true);
  expect(fitsWarehouse(event(`${'😀'.repeat(1024)}a`, '2026-01-01T00:00:00Z'))).toBe(false);
  expect(fitsWarehouse(event('u', '+010000-01-01T00:00:00Z'))).toBe(false);
  expect(fitsWarehouse(event('u', '0001-01-01T00:00:00Z'))).toBe(true);
  expect(fitsWarehouse(event('u', '-000001-01-01T00:00:00Z'))).toBe(false);
  expect(fitsWarehouse(event('u', 'no time'))).toBe(false);
});
