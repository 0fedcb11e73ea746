import { join } from 'node:path';
import type { Feature, Recipe } from '@foretell/core/contracts/recipe';
import { DomainError } from '@foretell/core/domain/errors';
import { compileTrainingSet } from './compile-training-set.ts';
import { duckDbDialect, sparkDialect } from './dialect.ts';
import { makeSource, type TestRow } from './testing/make-source.ts';
import { eventColumns, eventRecipe, randomEvents } from './testing/random-events.ts';
import { runAndRead, withFolder } from './testing/run-job.ts';
import { sourceOf } from './source.ts';

const features: Feature[] = [
  { kind: 'column', name: 'amount', column: 'amount', type: 'number' },
  { kind: 'column', name: 'kind', column: 'the "kind"', type: 'category' },
  { kind: 'calendar', name: 'weekday', part: 'weekday' },
  {
    kind: 'history',
    name: 'n',
    aggregate: 'count',
    column: null,
    windowDays: 7,
    knownAfterDays: 0,
    type: 'number',
  },
];
const noSummary = { rows: 100, columns: [], computedAt: new Date(0).toISOString() };
const schema = { columns: Object.entries(eventColumns).map(([name, type]) => ({ name, type })) };
const source = sourceOf(['feature-set/part-00000.parquet'], schema, noSummary);

test.each([duckDbDialect, sparkDialect])('the statements for $name are these', (dialect) => {
  const { statements } = compileTrainingSet(eventRecipe(features), source, dialect);
  expect(
    statements.map(({ view, sql, cached }) => `${view}${cached ? ' (cached)' : ''}: ${sql}`).join('\n'),
  ).toMatchSnapshot();
});

test('no construct that only one engine has, and nothing that the dialect forbids', () => {
  const text = JSON.stringify(compileTrainingSet(eventRecipe(features), source, sparkDialect).statements);
  for (const forbidden of [
    /QUALIFY/i,
    /ASOF/i,
    /FILTER \(/i,
    /DISTINCT ON/i,
    /RANGE BETWEEN/i,
    /epoch_us/i,
    /\\\\'/,
  ])
    expect(text).not.toMatch(forbidden);
  for (const order of text.match(/ORDER BY [^)"]+/g) ?? []) expect(order).toMatch(/NULLS FIRST/);
});

async function trainingSetOf(rows: readonly TestRow[], change: Partial<Recipe> = {}) {
  return withFolder(async (dir) => {
    const made = await makeSource(join(dir, 'events.parquet'), eventColumns, rows);
    return runAndRead(compileTrainingSet({ ...eventRecipe(features), ...change }, made, duckDbDialect), dir);
  });
}

const day = 86_400_000_000;

test('splits follow each other in time, never part rows of one time, and keep the embargo', async () => {
  const { rows, manifest } = await trainingSetOf(randomEvents(3000, 5));
  const times = (split: string) =>
    rows.filter((row) => row['split'] === split).map((row) => Number(row['row_time']));
  const [train, validation, test] = [times('train'), times('validation'), times('test')];
  expect(Math.max(...train) + 2 * day).toBeLessThan(Math.min(...validation));
  expect(Math.max(...validation) + 2 * day).toBeLessThan(Math.min(...test));
  expect(train.length + validation.length + test.length + times('embargo').length).toBe(rows.length);
  expect(test.length / rows.length).toBeCloseTo(0.2, 1);
  expect(manifest.figures).toMatchObject({ rows: 3000, label_rows: rows.length });
});

test('rows without a label or a time are counted and left out; every other row is there once', async () => {
  const events = randomEvents(1000, 6);
  const { rows, manifest } = await trainingSetOf(events);
  const withoutTime = events.filter(({ at }) => at === null).length;
  const withoutLabel = events.filter(({ at, items }) => at !== null && items === null).length;
  expect(manifest.figures).toMatchObject({ without_time: withoutTime, without_label: withoutLabel });
  expect(rows.length).toBe(1000 - withoutTime - withoutLabel);
});

test('a sample is a uniform share of the label rows, the same every time, with history of all rows', async () => {
  const events = randomEvents(4000, 7);
  const sampling = { maxRows: 1000, seed: 1 };
  const [a, b, all] = [
    await trainingSetOf(events, { sampling }),
    await trainingSetOf(events, { sampling }),
    await trainingSetOf(events),
  ];
  expect(a.rows.length).toBeGreaterThan(880);
  expect(a.rows.length).toBeLessThan(1120);
  expect(b.rows).toEqual(a.rows);
  const key = (row: Record<string, unknown>) =>
    [row['entity'], row['row_time'], row['f0'], row['f1'], row['f3']].join('|');
  const known = new Set(all.rows.map(key));
  expect(a.rows.every((row) => known.has(key(row)))).toBe(true);
  const other = await trainingSetOf(events, { sampling: { ...sampling, seed: 2 } });
  expect(other.rows.map(key)).not.toEqual(a.rows.map(key));
});

test('calendar parts are UTC’s, before 1970 and on leap days too', async () => {
  const parts = ['hour', 'weekday', 'day_of_month', 'month', 'minute_of_day'] as const;
  const calendar = parts.map((part): Feature => ({ kind: 'calendar', name: part, part }));
  const instants = [
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00Z',
    '2024-02-29T13:45:30Z',
    '2000-02-29T00:00:00Z',
    '1900-03-01T12:00:00Z',
  ];
  const rows = instants.map((at) => ({ who: 'a', at: Date.parse(at) * 1000, items: 3 }));
  const { rows: got } = await trainingSetOf(rows, { features: calendar });
  for (const row of got) {
    const at = new Date(Number(row['row_time']) / 1000);
    const expected = [
      at.getUTCHours(),
      (at.getUTCDay() + 6) % 7,
      at.getUTCDate(),
      at.getUTCMonth() + 1,
      at.getUTCHours() * 60 + at.getUTCMinutes(),
    ];
    expect(parts.map((_, i) => row[`f${i}`])).toEqual(expected);
  }
});

test.each<[string, Partial<Recipe>, string]>([
  [
    'an unknown column',
    { features: [{ kind: 'column', name: 'x', column: 'x', type: 'number' }] },
    'features.0.column',
  ],
  ['an unknown entity', { entity: 'x' }, 'entity'],
  ['an unknown time', { time: 'x' }, 'time'],
  ['an unknown label', { label: { kind: 'column', column: 'x' } }, 'label.column'],
  [
    'a label of another type',
    { label: { kind: 'comparison', column: 'paid', op: '>', value: 3 } },
    'label.value',
  ],
  [
    'a mean of texts',
    {
      features: [
        {
          kind: 'history',
          name: 'm',
          aggregate: 'mean',
          column: 'the "kind"',
          windowDays: 7,
          knownAfterDays: 0,
          type: 'number',
        },
      ],
    },
    'features.0.column',
  ],
  [
    'a rate of nothing',
    {
      features: [
        {
          kind: 'history',
          name: 'r',
          aggregate: 'rate',
          column: 'paid',
          windowDays: 7,
          knownAfterDays: 0,
          type: 'number',
        },
      ],
    },
    'features.0.equals',
  ],
])('%s in a recipe is an error that names its field', (_, change, field) => {
  let thrown: unknown;
  try {
    compileTrainingSet({ ...eventRecipe(features), ...change }, source, duckDbDialect);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(DomainError);
  expect((thrown as DomainError).problems[0]).toMatchObject({ field });
});
