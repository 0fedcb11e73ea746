import { emptyCondition } from './asked-condition.ts';
import { emptyQuestion, eventsOf, questionFieldOf, questionProblems, toQuestion } from './question.ts';

const dataset = '0190163d-8694-739b-aea5-966c26f8ad91';
const filled = {
  ...emptyQuestion,
  name: 'late',
  dataset,
  entity: 'origin',
  time: 'date',
  labelColumn: 'delay',
};

test('a comparison carries a value of the column’s type, and delays by column', () => {
  const question = toQuestion(
    {
      ...filled,
      labelKind: 'comparison',
      op: '>',
      value: '15',
      labelKnownAfterDays: 1,
      laterColumns: [
        { column: 'air_time', knownAfterDays: 2 },
        { column: 'notes', knownAfterDays: '' },
      ],
    },
    () => 'integer',
  );
  expect(question).toEqual({
    dataset,
    entity: 'origin',
    time: 'date',
    label: { column: 'delay', op: '>', value: 15 },
    knownAfterDays: { delay: 1, air_time: 2 },
    exclude: ['air_time', 'notes'],
  });
});

test('a label known after 0 days is stated, one not filled in is not', () => {
  expect(toQuestion({ ...filled, labelKnownAfterDays: 0 }, () => 'integer').knownAfterDays).toEqual({
    delay: 0,
  });
  expect(toQuestion(filled, () => 'integer').knownAfterDays).toEqual({});
});

test('other datasets are asked for with their columns, and one that lacks them is named', () => {
  const visits = { dataset, entity: 'who', time: 'seen', knownAfterDays: '' as const };
  expect(toQuestion({ ...filled, events: [visits] }, () => 'integer').events).toEqual([
    { dataset, entity: 'who', time: 'seen', knownAfterDays: 0, exclude: [] },
  ]);
  const problems = questionProblems({ ...filled, events: [visits, { ...visits, entity: '', time: '' }] });
  expect(Object.keys(problems)).toEqual(['events.1.entity', 'events.1.time']);
  expect(questionFieldOf('question.events.0.time')).toBe('events.0.time');
});

test('rows to learn from are asked for by values of their columns’ types, and what lacks of them is named', () => {
  const types = { paid: 'boolean', distance: 'double', origin: 'string', date: 'timestamp' } as const;
  const typeOf = (column: string) => types[column as keyof typeof types];
  const asked = (column: keyof typeof types, more: object) => ({
    ...emptyCondition(column, types[column]),
    ...more,
  });
  const rows = [
    asked('paid', { value: 'false' }),
    asked('distance', { op: '>=', value: '500' }),
    asked('distance', { op: 'between', value: 1, to: 2.5 }),
    asked('distance', { op: 'in', values: ['1', '2.5'] }),
    asked('origin', { op: 'in', values: ['1', 'JFK'] }),
    asked('origin', { op: 'is_empty', value: 'left from before' }),
    asked('date', { value: '2024-01-01' }),
  ] as const;
  expect(toQuestion({ ...filled, filter: [...rows] }, typeOf).filter).toEqual([
    { column: 'paid', op: '=', value: false },
    { column: 'distance', op: '>=', value: 500 },
    { column: 'distance', op: 'between', from: 1, to: 2.5 },
    { column: 'distance', op: 'in', values: [1, 2.5] },
    { column: 'origin', op: 'in', values: ['1', 'JFK'] },
    { column: 'origin', op: 'is_empty' },
    { column: 'date', op: 'from', value: '2024-01-01' },
  ]);
  expect(toQuestion(filled, typeOf)).not.toHaveProperty('filter');
  const halves = [
    rows[0],
    asked('paid', {}),
    emptyCondition(),
    asked('origin', { op: 'in' }),
    asked('distance', { op: 'between', value: 0 }),
    asked('date', {}),
  ];
  expect(Object.keys(questionProblems({ ...filled, filter: halves }))).toEqual([
    'filter.1.value',
    'filter.2.column',
    'filter.3.values',
    'filter.4.to',
    'filter.5.value',
  ]);
  expect(questionFieldOf('filter.1.value')).toBe('filter.1.value');
  expect(questionFieldOf('question.filter.1.from')).toBe('filter.1.value');
  expect(questionFieldOf('filter.1.values.3')).toBe('filter.1.values');
});

test('another dataset starts with the column called as the entity, and with its only time', () => {
  const who = { name: 'who', type: 'string' } as const;
  const at = { name: 'at', type: 'timestamp' } as const;
  const started = { dataset, entity: 'who', time: 'at', knownAfterDays: 0 };
  expect(eventsOf({ id: dataset, schema: { columns: [who, at] } }, 'who')).toEqual(started);
  expect(
    eventsOf({ id: dataset, schema: { columns: [who, at, { name: 'on', type: 'date' }] } }, 'user'),
  ).toEqual({ ...started, entity: '', time: '' });
});

test('each field that is not filled in is named', () => {
  expect(Object.keys(questionProblems(emptyQuestion))).toEqual([
    'name',
    'dataset',
    'entity',
    'time',
    'labelColumn',
  ]);
  expect(questionProblems(filled)).toEqual({});
  expect(Object.keys(questionProblems({ ...filled, labelKind: 'comparison' }))).toEqual(['value']);
});

test('the API’s fields are found again on the form', () => {
  expect(questionFieldOf('question.label.column')).toBe('labelColumn');
  expect(questionFieldOf('time')).toBe('time');
  expect(questionFieldOf('knownAfterDays.delay')).toBe('labelKnownAfterDays');
  expect(questionFieldOf('recipe.features')).toBeUndefined();
});
