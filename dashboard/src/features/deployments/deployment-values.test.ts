import {
  deploymentFieldOf,
  deploymentProblems,
  fallbackValueOf,
  newDeployment,
  newMetric,
  toDeployment,
  toMetric,
} from './deployment-values.ts';

const dataset = '0190163d-8694-739b-aea5-966c26f8ad91';
const binary = { task: 'binary', classes: [false, true] } as const;
const metric = { ...newMetric('a', 'primary'), name: ' warned rightly ', dataset, unitColumn: 'flight' };

test('an experiment goes to the API in its own units', () => {
  const sent = toDeployment(
    { ...newDeployment(3), splitPercent: 20, metrics: [{ ...metric, windowDays: 2 }] },
    { ...binary, classes: [false, true] },
  );
  expect(sent.version).toBe(3);
  expect(sent.experiment).toMatchObject({
    fallback: { kind: 'random' },
    split: 0.2,
    metrics: [{ name: 'warned rightly', windowHours: 48, unitColumn: 'flight', role: 'primary' }],
    rules: { minDays: 7, maxDays: 90, autoPromote: false },
  });
  expect(sent.experiment?.metrics[0]).not.toHaveProperty('valueColumn');
});

test('a cap is a quantile of sums alone, and a ratio is not sharpened', () => {
  const more = { capPercentile: 99, valueColumn: 'paid', denominatorColumn: 'items' } as const;
  const sent = (kind: 'sum' | 'ratio') => toMetric({ ...metric, ...more, kind });
  expect(sent('sum')).toMatchObject({ winsorizeAt: 0.99, cuped: true });
  expect(sent('ratio')).not.toHaveProperty('winsorizeAt');
  expect(sent('ratio').cuped).toBe(false);
});

test('without the experiment only the version is sent', () => {
  expect(toDeployment({ ...newDeployment(1), withExperiment: false }, { task: 'binary' })).toEqual({
    version: 1,
  });
});

test('the fixed fallback has the type of the label', () => {
  expect(fallbackValueOf('false', { task: 'binary', classes: [false, true] })).toBe(false);
  expect(fallbackValueOf('2', { task: 'multiclass', classes: [1, 2, 3] })).toBe(2);
  expect(fallbackValueOf('12.5', { task: 'regression' })).toBe(12.5);
});

test('every gap is named beside its field', () => {
  const sum = { ...newMetric('b', 'secondary'), kind: 'sum' as const, windowDays: '' as const };
  const problems = deploymentProblems({
    ...newDeployment(1),
    fallbackKind: 'default',
    metrics: [metric, sum],
  });
  expect(Object.keys(problems)).toEqual([
    'fallbackValue',
    'metrics.1.name',
    'metrics.1.dataset',
    'metrics.1.unitColumn',
    'metrics.1.valueColumn',
    'metrics.1.windowDays',
  ]);
});

test('the API’s fields are found again on the form', () => {
  expect(deploymentFieldOf('experiment.metrics.0.windowHours')).toBe('metrics.0.windowDays');
  expect(deploymentFieldOf('experiment.fallback.value')).toBe('fallbackValue');
  expect(deploymentFieldOf('experiment.rules.maxDays')).toBe('maxDays');
  expect(deploymentFieldOf('body')).toBeUndefined();
});
