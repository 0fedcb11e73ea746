import type { RecipeQuestion } from '../../contracts/control-api/models.ts';
import type { ColumnSummary } from '../../contracts/feature-set.ts';
import { DomainError } from '../errors.ts';
import { understandFuture } from './understand-future.ts';

const column = (name: string, type: ColumnSummary['type'], distinct: number): ColumnSummary => ({
  name,
  type,
  distinct,
  nulls: 0,
  nullShare: 0,
  min: null,
  max: null,
  mean: null,
  std: null,
  quantiles: [],
  histogram: [],
  topValues: [],
});

type Next = NonNullable<RecipeQuestion['label']['next']>;
const understand = (
  label: RecipeQuestion['label'],
  next: Next,
  {
    customers = 40,
    spanDays = 400,
    learnedDays = spanDays,
    type = 'double',
  }: { customers?: number; spanDays?: number; learnedDays?: number; type?: ColumnSummary['type'] } = {},
) =>
  understandFuture(
    label,
    next,
    {
      entity: column('customer', 'string', customers),
      time: column('at', 'timestamp', 900),
      label: column(label.column, type, 500),
      spanDays,
      learnedDays,
    },
    1000,
  );

test('whether a customer comes again is a yes-or-no question over any row', () => {
  const understood = understand({ column: 'customer' }, { days: 30, as: 'happens' });
  expect(understood).toMatchObject({
    label: { kind: 'future', as: 'happens', column: 'customer', days: 30 },
    task: 'binary',
    reason: 'the label: whether any row of it comes within 30 days after a row',
  });
  expect(understood.warnings).toEqual([expect.stringMatching(/last 30 days .* not learned from/)]);
});

test('an event can be one that compares so, and a sum is a number', () => {
  expect(understand({ column: 'amount', op: '>', value: 50 }, { days: 7, as: 'happens' })).toMatchObject({
    label: { where: { op: '>', value: 50 } },
    task: 'binary',
  });
  expect(understand({ column: 'amount' }, { days: 7, as: 'sum' })).toMatchObject({
    label: { as: 'sum', column: 'amount' },
    task: 'regression',
    classes: null,
  });
});

function problemOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error.problems[0];
    throw error;
  }
  return undefined;
}

test.each([
  [
    'label.next',
    'no_future',
    () => understand({ column: 'amount' }, { days: 7, as: 'sum' }, { customers: 1000 }),
  ],
  [
    'label.next.days',
    'too_long',
    () => understand({ column: 'amount' }, { days: 90, as: 'sum' }, { spanDays: 200 }),
  ],
  [
    'label.next.days',
    'too_long',
    () => understand({ column: 'amount' }, { days: 30, as: 'sum' }, { learnedDays: 149 }),
  ],
  [
    'label.column',
    'wrong_type',
    () => understand({ column: 'kind' }, { days: 7, as: 'sum' }, { type: 'string' }),
  ],
  ['label.op', 'not_here', () => understand({ column: 'amount', op: '>', value: 1 }, { days: 7, as: 'sum' })],
  ['label.value', 'missing', () => understand({ column: 'amount', op: '>' }, { days: 7, as: 'happens' })],
  [
    'label.value',
    'wrong_type',
    () => understand({ column: 'amount', op: '>', value: 'x' }, { days: 7, as: 'happens' }),
  ],
])('%s is named when it cannot be: %s', (field, code, work) => {
  expect(problemOf(work)).toMatchObject({ field, code });
});
