import { parseDemoArguments, parseLabel } from './arguments.ts';

test('a label is a column, or a comparison of one', () => {
  expect(parseLabel('late')).toEqual({ column: 'late' });
  expect(parseLabel('delay > 15')).toEqual({ column: 'delay', op: '>', value: 15 });
  expect(parseLabel('order state = paid')).toEqual({ column: 'order state', op: '=', value: 'paid' });
  expect(parseLabel('a>b')).toEqual({ column: 'a>b' });
});

test('an own file needs label, entity and time', () => {
  expect(() => parseDemoArguments(['--data', 'x.csv', '--label', 'y'])).toThrow('--entity');
  expect(() => parseDemoArguments(['--label', 'y'])).toThrow('--data FILE');
});

test('known-after names a column and days', () => {
  const own = parseDemoArguments([
    '--data',
    'f',
    '--label',
    'y',
    '--entity',
    'e',
    '--time',
    't',
    '--known-after',
    'y=2',
  ]).own;
  expect(own?.knownAfterDays).toEqual({ y: 2 });
  const bad = ['--data', 'f', '--label', 'y', '--entity', 'e', '--time', 't', '--known-after', 'y'];
  expect(() => parseDemoArguments(bad)).toThrow('COLUMN=DAYS');
});
