import { failureTitle, jobSteps, whyNoResult } from './job-steps.ts';

const figures = {
  read: { bytes: 273_269, seconds: 0.033 },
  'training set': { rowsRead: 6000, encodeSeconds: 1.25, note: 'all rows' },
  train: { learningCurve: [{ round: 1 }], rounds: 140, auc: 0.684 },
};

test('each step is told with its own figures in words, and series are left to the plots', () => {
  expect(jobSteps({ figures, step: 'train', status: 'running' })).toEqual([
    { title: 'Reading the file', figures: ['273 kB', '33 ms'], state: 'done' },
    {
      title: 'Building the training set',
      figures: ['6,000 rows read', 'encode: 1.3 s', 'note: all rows'],
      state: 'done',
    },
    { title: 'Learning', figures: ['140 rounds', 'auc 0.684'], state: 'running' },
  ]);
});

test('a step without figures yet is told too, by its own name where no better word is known', () => {
  expect(jobSteps({ figures: {}, step: 'polish', status: 'failed' })).toEqual([
    { title: 'polish', figures: [], state: 'stopped' },
  ]);
});

test('one of a thing is told as one', () => {
  const one = { write: { files: 1, columns: 1, classes: 1, entities: 1, loss: 1, rounds: 2 } };
  expect(jobSteps({ figures: one, step: 'write', status: 'running' })[0]?.figures).toEqual([
    '1 file',
    '1 column',
    '1 class',
    '1 entity',
    '1 loss',
    '2 rounds',
  ]);
});

test('a failure is headed by its place in the data, and by no name of a field', () => {
  expect(failureTitle('byte 6')).toBe('It failed at byte 6');
  expect(['file', 'recipe.label', null].map(failureTitle)).toEqual(['It failed', 'It failed', 'It failed']);
});

test('a job that waits has no steps', () => {
  expect(jobSteps({ figures: {}, step: 'queued', status: 'queued' })).toEqual([]);
});

test('an import that brought nothing says so, and since when; others do not', () => {
  const nothing = { step: 'nothing new', figures: { 'nothing new': { since: '2026-03-01T12:00:00.000Z' } } };
  expect(whyNoResult({ ...nothing, status: 'succeeded' })).toMatch(
    /^Nothing new since 1 Mar 2026, \d\d:\d\d: /,
  );
  expect(whyNoResult({ ...nothing, status: 'running' })).toBeNull();
  expect(whyNoResult({ figures, step: 'train', status: 'succeeded' })).toBeNull();
});
