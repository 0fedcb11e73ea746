import type { ModelMetrics } from '@foretell/core/contracts/model-version';
import { caution, headline, judge, scoreRows } from './headline.ts';

const day = '2001-03-01T00:00:00Z';
const metrics = (over: Partial<ModelMetrics>): ModelMetrics => ({
  task: 'binary',
  rows: { train: 80, validation: 10, test: 10 },
  periods: { train: [day, day], validation: [day, day], test: [day, day] },
  scores: { auc: 0.683, logLoss: 0.42 },
  baseline: { auc: 0.5, logLoss: 0.47 },
  threshold: null,
  confusion: null,
  roc: null,
  precisionRecall: null,
  calibration: [],
  importances: [],
  importanceOf: 'auc',
  learningCurve: [],
  rounds: 10,
  ...over,
});

test('a yes-or-no model is told by how often it ranks a pair rightly', () => {
  const label = { kind: 'comparison', column: 'delay', op: '>', value: 15 } as const;
  expect(headline(metrics({}), { label })).toBe(
    'Given two rows, one with delay > 15 and one without, it ranks them rightly 68 times of 100; guessing: 50.',
  );
  expect(judge(metrics({})).words).toBe('Better than guessing');
  expect(judge(metrics({ scores: { auc: 0.8 } })).words).toBe('Much better than guessing');
});

test('a model of classes is told beside the most frequent class', () => {
  const multiclass = metrics({ task: 'multiclass', scores: { accuracy: 0.71 }, baseline: { accuracy: 0.4 } });
  expect(headline(multiclass, { label: { kind: 'column', column: 'plan' } })).toBe(
    'It names the right plan 71 times of 100; always the most frequent class: 40.',
  );
});

test('a model of a number is told by how far off it is', () => {
  const regression = metrics({
    task: 'regression',
    scores: { mae: 12.34, rmse: 20 },
    baseline: { mae: 20, rmse: 20 },
  });
  expect(headline(regression, { label: { kind: 'column', column: 'delay' } })).toBe(
    'Its delay is off by 12.34 on average; always answering the average is off by 20.',
  );
  expect(judge(regression).words).toBe('No better than guessing');
});

test('each score knows which direction is better', () => {
  expect(scoreRows(metrics({})).map(({ name, better }) => [name, better])).toEqual([
    ['auc', true],
    ['logLoss', true],
  ]);
});

test('a model that ranks well and whose probabilities are worse than the average is not called better without a caution', () => {
  const shifted = metrics({ scores: { auc: 0.615, logLoss: 0.807 }, baseline: { auc: 0.5, logLoss: 0.568 } });
  expect(judge(shifted)).toEqual({
    color: 'orange',
    words: 'Better than guessing, but its probabilities are not',
  });
  expect(caution(shifted)).toMatch(
    /^Its probabilities are worse than always answering the average: Log loss 0\.807 against 0\.568\. Go by which/,
  );
  const hopeless = metrics({ scores: { auc: 0.46, logLoss: 0.807 }, baseline: { auc: 0.5, logLoss: 0.568 } });
  expect(caution(hopeless)).not.toMatch(/Go by/);
  expect(caution(metrics({}))).toBeNull();
});

test('a model that beats the average by a hair is hardly better, unless it ranks well', () => {
  const hair = { logLoss: 0.1926 };
  const baseline = { auc: 0.5, logLoss: 0.1927 };
  const hopeless = metrics({ scores: { auc: 0.539, ...hair }, baseline });
  expect(judge(hopeless)).toEqual({ color: 'gray', words: 'Hardly better than guessing' });
  expect(caution(hopeless)).toBe(
    'Its probabilities are hardly better than always answering the average: Log loss 0.1926 against 0.1927, 0.05 % less.',
  );
  expect(judge(metrics({ scores: { auc: 0.7, ...hair }, baseline }))).toEqual({
    color: 'orange',
    words: 'Better than guessing, but its probabilities hardly are',
  });
});

test('a model of a number that is further off than the average is told so', () => {
  const worse = metrics({
    task: 'regression',
    scores: { mae: 18, rmse: 31 },
    baseline: { mae: 20, rmse: 30 },
  });
  expect(judge(worse)).toEqual({ color: 'red', words: 'No better than guessing' });
  expect(caution(worse)).toMatch(
    /^Its answers are worse than always answering the average: RMSE 31 against 30\. Often/,
  );
});
