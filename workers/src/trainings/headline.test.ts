import { headline } from './headline.ts';

test('a version is told by its main score beside that of always answering the average', () => {
  const better = {
    scores: { auc: 0.683, logLoss: 0.42 },
    baseline: { auc: 0.5, logLoss: 0.47 },
  };
  expect(headline({ task: 'binary', ...better })).toBe(
    'AUC 0.683 on rows later in time; always answering the average: 0.500.',
  );
});

test('a version with a larger loss than the average, or hardly a smaller one, is told so, however well it ranks', () => {
  const worse = { scores: { auc: 0.615, logLoss: 0.807 }, baseline: { auc: 0.5, logLoss: 0.568 } };
  expect(headline({ task: 'binary', ...worse })).toMatch(
    /Its probabilities are worse than the average: log loss 0\.807 against 0\.568\.$/,
  );
  expect(headline({ task: 'multiclass', ...worse })).toBe(
    'Log loss 0.807 on rows later in time; always answering the average: 0.568. The model is the worse of the two.',
  );
  const hair = { scores: { auc: 0.539, logLoss: 0.1926 }, baseline: { auc: 0.5, logLoss: 0.1927 } };
  expect(headline({ task: 'binary', ...hair })).toMatch(
    /Its probabilities are hardly better than the average/,
  );
  expect(headline({ task: 'multiclass', ...hair })).toMatch(/The model is hardly the better of the two\.$/);
  const far = { scores: { rmse: 31 }, baseline: { rmse: 30 } };
  expect(headline({ task: 'regression', ...far })).toMatch(/The model is the worse of the two\.$/);
});
