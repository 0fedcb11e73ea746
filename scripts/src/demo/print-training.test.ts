import { averageDoesAsWell } from './print-training.ts';

test('a model is told as worse than the average, or hardly better, by the loss it was trained to lessen', () => {
  const scores = (logLoss: number, auc = 0.6) => ({
    scores: { auc, logLoss },
    baseline: { auc: 0.5, logLoss: 0.1927 },
  });
  expect(averageDoesAsWell(scores(0.1928))).toBe(
    'this model is worse than always answering the average: log loss 0.1928 against 0.1927.',
  );
  expect(averageDoesAsWell(scores(0.1926))).toMatch(
    /^this model is hardly better than .*0\.1926 against 0\.1927\.$/,
  );
  expect(averageDoesAsWell(scores(0.15))).toBeNull();
  expect(averageDoesAsWell({ scores: { rmse: 31 }, baseline: { rmse: 30 } })).toMatch(
    /is worse .*RMSE 31\.00 against 30\.00/,
  );
});
