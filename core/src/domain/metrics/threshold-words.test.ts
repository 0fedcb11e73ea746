import { thresholdWords } from './threshold-words.ts';

const f1 = { value: 0.123, chosenBy: 'the best F1 on the validation split' };

test('a threshold that trades right answers for catching the rare says so, beside what the base rate gives', () => {
  expect(thresholdWords({ threshold: f1, scores: { accuracy: 0.86 }, baseline: { accuracy: 0.965 } })).toBe(
    'It answers yes from 12.3 % on, chosen by the best F1 on the validation split, to catch more of the rare at the cost of wrong answers: 86.0 % of its answers are right; always giving the more frequent one, 96.5 % would be.',
  );
});

test('one that is right more often than the base rate trades nothing', () => {
  const threshold = { value: 0.5, chosenBy: 'you' };
  expect(thresholdWords({ threshold, scores: { accuracy: 0.8 }, baseline: { accuracy: 0.6 } })).toBe(
    'It answers yes from 50.0 % on, chosen by you: 80.0 % of its answers are right; always giving the more frequent one, 60.0 % would be.',
  );
});

test('other models have no threshold to tell of', () => {
  expect(thresholdWords({ threshold: null, scores: { rmse: 1 }, baseline: { rmse: 2 } })).toBeNull();
});
