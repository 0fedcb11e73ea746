import { ids, sampleDatasets } from '../testing/sample-manifest.ts';
import { checkRecords } from './check-records.ts';

const [typed, open] = sampleDatasets as [(typeof sampleDatasets)[0], (typeof sampleDatasets)[0]];
const nowMs = Date.parse('2026-01-01T00:00:00Z');
const check = (dataset: typeof typed, ...records: unknown[]) =>
  checkRecords(dataset, records, () => ids.experiment, nowMs);

test('a record of the right types is accepted as it is, its time and id apart', () => {
  const at = '2026-01-02T03:04:05.000Z';
  const cells = { flight: 'DL1', minutes: -3, share: 0.5, warned: true, day: '2026-01-02' };
  const { valid, rejected } = check(typed, { record_id: 'r1', timestamp: at, ...cells });
  expect(rejected).toEqual([]);
  expect(valid).toEqual([{ recordId: 'r1', timestamp: at, values: { ...cells, at }, named: true }]);
});

test('without an id, a time or columns a record gets an id and the present', () => {
  const { valid } = check(open, { anything: null });
  expect(valid).toEqual([
    {
      recordId: ids.experiment,
      timestamp: '2026-01-01T00:00:00.000Z',
      values: { anything: null },
      named: false,
    },
  ]);
});

test("a time column's own value is the record's time, offsets understood", () => {
  const { valid } = check(typed, { at: '2026-01-02T03:04:05+02:00' });
  expect(valid[0]).toMatchObject({
    timestamp: '2026-01-02T01:04:05.000Z',
    values: { at: '2026-01-02T01:04:05.000Z' },
  });
});

test.each([
  [5, '', 'invalid_type'],
  [null, '', 'invalid_type'],
  [{ record_id: 7 }, 'record_id', 'invalid_type'],
  [{ record_id: '' }, 'record_id', 'invalid_type'],
  [{ timestamp: 'yesterday' }, 'timestamp', 'invalid_type'],
  [{ timestamp: 5 }, 'timestamp', 'invalid_type'],
  [{ timestamp: '9999-12-31T23:59:00-14:00' }, 'timestamp', 'invalid_type'],
  [{ timestamp: '0000-06-01T00:00:00Z' }, 'timestamp', 'invalid_type'],
  [{ colour: 'red' }, 'colour', 'unknown_column'],
  [{ flight: 5 }, 'flight', 'invalid_type'],
  [{ minutes: 1.5 }, 'minutes', 'invalid_type'],
  [{ minutes: '1' }, 'minutes', 'invalid_type'],
  [{ minutes: 2 ** 60 }, 'minutes', 'invalid_type'],
  [{ share: 'half' }, 'share', 'invalid_type'],
  [{ share: Infinity }, 'share', 'invalid_type'],
  [{ warned: 1 }, 'warned', 'invalid_type'],
  [{ at: 'noon' }, 'at', 'invalid_type'],
  [{ day: '2026-13-40' }, 'day', 'invalid_type'],
  [{ flight: { nested: true } }, 'flight', 'invalid_type'],
])('%j is rejected by its field, and its neighbours are not', (record, field, code) => {
  const { valid, rejected } = check(typed, { flight: 'a' }, record, { flight: 'b' });
  expect(valid).toHaveLength(2);
  expect(rejected).toMatchObject([{ index: 1, field, code }]);
});

test.each([
  [{ '': 1 }, ''],
  [{ Timestamp: 'noon' }, 'Timestamp'],
  [{ id: 1, ID: 2 }, 'ID'],
])(
  'before a dataset has columns, %j is rejected: a name must differ in more than letter case',
  (record, field) => {
    const { valid, rejected } = check(open, record, { flight: 'b' });
    expect(valid).toHaveLength(1);
    expect(rejected).toMatchObject([{ index: 0, field, code: 'invalid_name' }]);
  },
);
