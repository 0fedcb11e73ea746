import type { RecipeQuestion } from '../contracts/control-api/models.ts';
import type { ColumnSummary, FeatureSetSample, FeatureSetSummary } from '../contracts/feature-set.ts';
import type { ColumnType, Scalar } from '../contracts/primitives.ts';
import { recipe as recipeSchema } from '../contracts/recipe.ts';
import { DomainError } from './errors.ts';
import { proposeRecipe, type RecipeContext } from './propose-recipe.ts';
import { seededRandom } from './seeded-random.ts';

type Row = Record<string, Scalar>;

function summaryOf(name: string, type: ColumnType, rows: readonly Row[]): ColumnSummary {
  const cells = rows.map((row) => row[name] ?? null).filter((cell) => cell !== null);
  const counts = new Map<Scalar, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const sorted = [...cells].sort((a, b) => (a < b ? -1 : 1));
  return {
    name,
    type,
    nulls: rows.length - cells.length,
    nullShare: 1 - cells.length / rows.length,
    distinct: counts.size,
    min: sorted[0] ?? null,
    max: sorted.at(-1) ?? null,
    mean: null,
    std: null,
    quantiles: [],
    histogram: [],
    topValues: [...counts]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count)
      .slice(0, 20),
  };
}

function contextOf(columns: Record<string, ColumnType>, rows: Row[]): RecipeContext {
  const entries = Object.entries(columns);
  const summary: FeatureSetSummary = {
    rows: rows.length,
    columns: entries.map(([name, type]) => summaryOf(name, type, rows)),
    computedAt: new Date(0).toISOString(),
  };
  const sample: FeatureSetSample = { rows, size: rows.length, of: rows.length, seed: 1, standardError: 0 };
  return {
    featureSet: 3,
    schema: { columns: entries.map(([name, type]) => ({ name, type })) },
    summary,
    sample,
  };
}

const columns = {
  user: 'string',
  at: 'timestamp',
  amount: 'double',
  plan: 'string',
  active: 'boolean',
  session: 'string',
  row_number: 'integer',
  version: 'integer',
  empty: 'double',
  comment: 'string',
  seen_at: 'timestamp',
  refund: 'double',
  copy: 'string',
  late: 'integer',
  churned: 'boolean',
  class: 'string',
} as const satisfies Record<string, ColumnType>;

function makeRows(count: number): Row[] {
  const random = seededRandom(1);
  return Array.from({ length: count }, (_, i): Row => {
    const churned = random() < 0.3;
    return {
      user: `u${Math.floor(random() * 20)}`,
      at: new Date(Date.UTC(2024, 0, 1) + i * 10_800_000).toISOString(),
      amount: random() * 100,
      plan: ['free', 'pro', 'team'][Math.floor(random() * 3)]!,
      active: random() < 0.5,
      session: `s${i}`,
      row_number: i,
      version: 1,
      empty: null,
      comment: 'a very long comment about how things went, and what might be done about it '.repeat(
        1 + Math.floor(random() * 3),
      ),
      seen_at: new Date(Date.UTC(2024, 0, 2) + i * 10_800_000).toISOString(),
      refund: churned ? random() * 10 : null,
      copy: churned ? 'gone' : 'here',
      late: Math.floor(random() * 40) - 10,
      churned,
      class: ['a', 'b', 'c', 'd'][Math.floor(random() * 4)]!,
    };
  });
}

const rows = makeRows(1000);
const context = contextOf(columns, rows);
const question: RecipeQuestion = {
  dataset: '0198f1c0-0000-7000-8000-000000000000',
  entity: 'user',
  time: 'at',
  label: { column: 'churned' },
  knownAfterDays: {},
  exclude: [],
};
const propose = (change: Partial<RecipeQuestion> = {}, within = context) =>
  proposeRecipe({ ...question, ...change }, within);

test('a recipe is whole: every column has a role with a reason, and features have names of their own', () => {
  const recipe = recipeSchema.parse(propose());
  expect(recipe).toMatchObject({
    task: 'binary',
    classes: [false, true],
    featureSet: 3,
    entity: 'user',
    time: 'at',
  });
  expect(recipe.roles.map(({ column }) => column).sort()).toEqual(Object.keys(columns).sort());
  expect(recipe.roles.every(({ reason }) => reason.length > 3)).toBe(true);
  const names = recipe.features.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('ids, constants, empty columns, free text and second times are left out, each for its reason', () => {
  const roles = Object.fromEntries(
    propose().roles.map(({ column, role, reason }) => [column, `${role}: ${reason}`]),
  );
  expect(roles['session']).toMatch(/^excluded: .*id/);
  expect(roles['row_number']).toMatch(/^excluded: .*id/);
  expect(roles['version']).toMatch(/^excluded: .*same in every row/);
  expect(roles['empty']).toMatch(/^excluded: empty/);
  expect(roles['comment']).toMatch(/^excluded: free text/);
  expect(roles['seen_at']).toMatch(/^excluded: a second time/);
  for (const used of ['amount', 'plan', 'active']) expect(roles[used]).toMatch(/^feature/);
});

test('a copy of the label, and a column that is there only with it, are flagged as leaks with their score', () => {
  const recipe = propose();
  for (const column of ['copy', 'refund']) {
    const role = recipe.roles.find((found) => found.column === column)!;
    expect(role.role).toBe('excluded');
    expect(role.leak).toMatchObject({ measure: 'auc' });
    expect(role.leak!.score).toBeGreaterThan(0.97);
    expect(recipe.warnings.join('\n')).toContain(`"${column}" looks like a leak`);
    expect(recipe.features.some((feature) => 'column' in feature && feature.column === column)).toBe(false);
  }
});

test('a scaled copy of a number is a leak too, a noisy relative of it is not', () => {
  const random = seededRandom(4);
  const made = rows.map((row) => ({
    ...row,
    dollars: Math.exp(Number(row['amount']) / 10),
    noisy: Number(row['amount']) + 60 * random(),
  }));
  const wider = contextOf({ ...columns, dollars: 'double', noisy: 'double' }, made);
  const { roles, task } = propose({ label: { column: 'amount' } }, wider);
  expect(task).toBe('regression');
  expect(roles.find(({ column }) => column === 'dollars')?.leak?.measure).toBe('r2');
  expect(roles.find(({ column }) => column === 'noisy')?.role).toBe('feature');
});

test('history is of the row’s own columns, over the windows that the data spans, and never of the label unasked', () => {
  const names = propose().features.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'count_7d',
      'count_90d',
      'count_all_time',
      'time_since_last',
      'sum_amount_30d',
      'mean_amount_7d',
      'last_amount',
      'rate_active_true_7d',
      'rate_plan_pro_30d',
      'last_plan',
    ]),
  );
  expect(names.filter((name) => name.includes('label') || name.includes('churned'))).toEqual([]);
  const short = contextOf(columns, makeRows(220));
  expect(propose({}, short).features.some(({ name }) => name.endsWith('_90d'))).toBe(false);
});

test('the label’s past counts only after the stated delay, which is the embargo too', () => {
  const recipe = propose({ knownAfterDays: { churned: 14 } });
  const rates = recipe.features.filter((feature) => feature.kind === 'history' && feature.equals === 'label');
  expect(rates.length).toBeGreaterThan(2);
  expect(rates.every((feature) => feature.kind === 'history' && feature.knownAfterDays === 14)).toBe(true);
  expect(recipe.split.embargoDays).toBe(14);
  expect(propose().split.embargoDays).toBe(0);
});

test('a column known only later, or excluded, is never a feature of the row; its history needs a delay', () => {
  const recipe = propose({ knownAfterDays: { amount: 3, copy: 5 }, exclude: ['active', 'copy'] });
  const ofRow = recipe.features.filter(({ kind }) => kind === 'column').map(({ name }) => name);
  expect(ofRow).not.toEqual(expect.arrayContaining(['amount']));
  for (const name of ['amount', 'active', 'copy']) expect(ofRow).not.toContain(name);
  const delays = (column: string) =>
    new Set(
      recipe.features.flatMap((f) => (f.kind === 'history' && f.column === column ? [f.knownAfterDays] : [])),
    );
  expect(delays('amount')).toEqual(new Set([3]));
  expect(delays('copy')).toEqual(new Set([5]));
  expect(delays('active')).toEqual(new Set());
});

test.each<[string, RecipeQuestion['label'], object]>([
  ['a comparison', { column: 'late', op: '>', value: 15 }, { task: 'binary', classes: [false, true] }],
  ['two words', { column: 'copy' }, { task: 'binary', classes: ['gone', 'here'] }],
  ['a few words', { column: 'class' }, { task: 'multiclass', classes: ['a', 'b', 'c', 'd'] }],
  ['a number', { column: 'amount' }, { task: 'regression' }],
  ['many whole numbers', { column: 'late' }, { task: 'regression' }],
  [
    'one word of several',
    { column: 'class', op: '=', value: 'b' },
    { task: 'binary', classes: [false, true] },
  ],
])('the task is found from the label: %s', (_, label, expected) => {
  expect(propose({ label })).toMatchObject(expected);
});

test('yes is the positive class, whatever the order of the alphabet', () => {
  const made = rows.map((row, i) => ({ ...row, answer: i % 3 === 0 ? 'Yes' : 'nope' }));
  const wider = contextOf({ ...columns, answer: 'string' }, made);
  expect(propose({ label: { column: 'answer' } }, wider).classes).toEqual(['nope', 'Yes']);
});

test('a filter that leaves too few rows is warned about, one that leaves enough is not', () => {
  const pro = { column: 'plan', op: '=', value: 'pro' } as const;
  const few = [pro, { column: 'late', op: '>=', value: 25 } as const];
  const left = rows.filter(({ plan, late }) => plan === 'pro' && Number(late) >= 25).length;
  expect(left).toBeGreaterThan(0);
  const sample = { ...context.sample, of: 2000 };
  const twice = { ...context, sample, summary: { ...context.summary, rows: 2000 } };
  expect(propose({ filter: few }, twice).warnings).toContain(
    `The filter leaves ${left} of 1,000 sampled rows, so about ${2 * left} in all: at least 200 are needed to train and to test.`,
  );
  const none = [{ column: 'plan', op: '=', value: 'nobody has it' } as const];
  const huge = { ...context, summary: { ...context.summary, rows: 1_000_000 } };
  expect(propose({ filter: none }, huge).warnings).toContain(
    'The filter leaves none of 1,000 sampled rows, so 3,000 in all at the most: at least 200 are needed to train and to test.',
  );
  expect(propose({ filter: [pro] }, twice).warnings).toEqual(propose({}, twice).warnings);
});

const constant = contextOf(
  { ...columns, only: 'integer' },
  rows.map((row) => ({ ...row, only: 5 })),
);
const nobody = contextOf(
  { ...columns, solo: 'string' },
  rows.map((row) => ({ ...row, solo: 'x' })),
);

const wrong: [string, Partial<RecipeQuestion>, string, RegExp, RecipeContext?][] = [
  ['an unknown entity', { entity: 'nope' }, 'entity', /no column "nope".*user/],
  ['an unknown time', { time: 'nope' }, 'time', /no column/],
  ['an unknown label', { label: { column: 'nope' } }, 'label.column', /no column/],
  ['an unknown delay', { knownAfterDays: { nope: 1 } }, 'knownAfterDays.nope', /no column/],
  ['an unknown exclusion', { exclude: ['amount', 'nope'] }, 'exclude.1', /no column/],
  [
    'a filter that no row passes',
    { filter: [{ column: 'plan', op: '=', value: 'nobody has it' }] },
    'filter',
    /^The filter leaves none of 1,000 sampled rows: at least 200 are needed/,
  ],
  [
    'a filter by an unknown column',
    { filter: [{ column: 'nope', op: '=', value: 1 }] },
    'filter.0.column',
    /no column/,
  ],
  [
    'a filter of another type',
    {
      filter: [
        { column: 'plan', op: '=', value: 'pro' },
        { column: 'plan', op: '>', value: 3 },
      ],
    },
    'filter.1.op',
    /"plan" is string: it cannot be asked by ">", but by =, !=, in, is_empty, is_not_empty/,
  ],
  [
    'a list with a value of another type',
    { filter: [{ column: 'plan', op: 'in', values: ['pro', 3] }] },
    'filter.0.values.1',
    /"plan" is string: it cannot be compared with 3/,
  ],
  [
    'a range that ends before it begins',
    { filter: [{ column: 'late', op: 'between', from: 5, to: 4 }] },
    'filter.0.to',
    /Nothing lies between 5 and 4/,
  ],
  [
    'a label known too late for what the filter leaves',
    { knownAfterDays: { churned: 20 }, filter: [{ column: 'at', op: 'from', value: '2024-04-01' }] },
    'knownAfterDays.churned',
    /^The filter leaves .* days of the data\. With/,
  ],
  ['the entity as the label', { label: { column: 'user' } }, 'label.column', /entity/],
  ['the time as the label', { label: { column: 'at' } }, 'label.column', /time/],
  ['the entity as the time', { time: 'user' }, 'time', /entity/],
  ['a time that is a number', { time: 'amount' }, 'time', /not a time/],
  ['an entity that is a number with a point', { entity: 'amount' }, 'entity', /text or whole numbers/],
  ['an entity of one value', { entity: 'solo' }, 'entity', /one value/, nobody],
  ['a label that is constant', { label: { column: 'only' } }, 'label.column', /5 in every row/, constant],
  ['a label that is empty', { label: { column: 'empty' } }, 'label.column', /no value/],
  ['a label that is an id', { label: { column: 'session' } }, 'label.column', /different in every row/],
  ['a label that is a time', { label: { column: 'seen_at' } }, 'label.column', /time/],
  [
    'a comparison that is always true',
    { label: { column: 'late', op: '>', value: -100 } },
    'label.value',
    /true in all/,
  ],
  ['a comparison without a value', { label: { column: 'late', op: '>' } }, 'label.value', /needs a value/],
  ['a value without a comparison', { label: { column: 'late', value: 3 } }, 'label.op', /needs an operator/],
  [
    'a comparison of text with a number',
    { label: { column: 'plan', op: '>', value: 3 } },
    'label.value',
    /cannot be compared/,
  ],
  [
    'a label known too late for the data',
    { knownAfterDays: { churned: 63 } },
    'knownAfterDays.churned',
    /spans 124.8 days.*63 days apart: more than 126 days of data are needed/,
  ],
  ['too few rows', {}, 'dataset', /199 rows; at least 200/, contextOf(columns, makeRows(199))],
];

test.each(
  wrong.map(
    ([name, change, field, detail, within = context]) => [name, change, field, detail, within] as const,
  ),
)('%s is an error that names its field', (_, change, field, detail, within) => {
  let thrown: unknown;
  try {
    propose(change, within);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(DomainError);
  expect((thrown as DomainError).code).toBe('invalid');
  expect((thrown as DomainError).problems[0]).toMatchObject({ field });
  expect((thrown as DomainError).message).toMatch(detail);
});

const visitColumns = {
  visitor: 'string',
  seen: 'timestamp',
  page: 'string',
  seconds: 'double',
  token: 'string',
} as const;
/** One visit by one of `visitors` every hour from `from` on. */
function visitsOf(visitors: number, count: number, from = '2024-01-01T00:00:00Z') {
  const visits = Array.from({ length: count }, (_, i) => ({
    visitor: `u${i % visitors}`,
    seen: new Date(Date.parse(from) + i * 3_600_000).toISOString(),
    page: ['home', 'cart', 'help'][i % 3] ?? 'home',
    seconds: (i * 37) % 100,
    token: `t${i}`,
  }));
  return { ...contextOf(visitColumns, visits), name: 'visits' };
}
const visits = {
  dataset: '0198f1c0-0000-7000-8000-000000000009',
  entity: 'visitor',
  time: 'seen',
  knownAfterDays: 0.5,
  exclude: [],
};

test('other datasets’ events join the past, and every column of theirs is explained', () => {
  const known = visitsOf(20, 2000);
  const proposed = propose({ events: [visits] }, { ...context, events: [known] });
  expect(() => recipeSchema.parse(proposed)).not.toThrow();
  expect(proposed.events).toEqual([
    { name: 'visits', dataset: visits.dataset, featureSet: 3, entity: 'visitor', time: 'seen' },
  ]);
  const past = proposed.features.filter((each) => each.kind === 'history' && each.of === 'visits');
  expect(past.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'visits_count_30d',
      'visits_time_since_last',
      'visits_last_page',
      'visits_mean_seconds_7d',
    ]),
  );
  expect(new Set(past.map((each) => each.kind === 'history' && each.knownAfterDays))).toEqual(new Set([0.5]));
  const roles = proposed.roles.filter(({ of }) => of === 'visits');
  expect(Object.fromEntries(roles.map(({ column, role }) => [column, role]))).toEqual({
    visitor: 'entity',
    seen: 'time',
    page: 'history',
    seconds: 'history',
    token: 'excluded',
  });
  expect(roles.every(({ reason }) => reason.length > 10)).toBe(true);
});

test.each([
  ['one row for each of whom it is about', visitsOf(50, 50), /overwritten.*known only later/],
  ['nothing before the last row', visitsOf(20, 100, '2030-01-01T00:00:00Z'), /later than the last row/],
  ['nothing before the rows’ middle', visitsOf(20, 100, '2024-03-04T00:00:00Z'), /begin in the second half/],
])('events with %s are warned about', (_, known, warning) => {
  const { warnings } = propose({ events: [visits] }, { ...context, events: [known] });
  expect(warnings.join('\n')).toMatch(warning);
});

test('events that begin just before the rows’ middle are not warned about', () => {
  const known = visitsOf(20, 100, '2024-03-03T00:00:00Z');
  const plain = propose().warnings;
  expect(propose({ events: [visits] }, { ...context, events: [known] }).warnings).toEqual(plain);
});

test.each([
  ['an unknown entity', { ...visits, entity: 'user' }, 'events.0.entity'],
  ['a time that is none', { ...visits, time: 'page' }, 'events.0.time'],
  ['an unknown exclusion', { ...visits, exclude: ['page', 'x'] }, 'events.0.exclude.1'],
])('events with %s are an error that names its field', (_, asked, field) => {
  expect(() => propose({ events: [asked] }, { ...context, events: [visitsOf(20, 100)] })).toThrow(
    expect.objectContaining({ problems: [expect.objectContaining({ field })] }),
  );
});
