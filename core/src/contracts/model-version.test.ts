import { ownLoss } from './model-version.ts';

const standing = (loss: number, average: number) =>
  ownLoss({ scores: { logLoss: loss }, baseline: { logLoss: average } })?.standing;

test('a loss is better from one hundredth below the average’s on, and worse above it', () => {
  expect(standing(0.99, 1)).toBe('better');
  expect(standing(0.991, 1)).toBe('hardly better');
  expect(standing(1, 1)).toBe('hardly better');
  expect(standing(1.001, 1)).toBe('worse');
  expect(standing(0, 0)).toBe('hardly better');
});

test('a number is judged by its RMSE, and nothing without the average’s', () => {
  expect(ownLoss({ scores: { rmse: 15 }, baseline: { rmse: 20 } })).toMatchObject({
    name: 'rmse',
    skill: 0.25,
  });
  expect(ownLoss({ scores: { rmse: 15 }, baseline: {} })).toBeNull();
});
