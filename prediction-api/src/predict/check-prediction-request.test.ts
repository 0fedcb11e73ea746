import { predictionRequest } from '@foretell/core/contracts/public-api';
import fc from 'fast-check';
import { checkPredictionRequest } from './check-prediction-request.ts';

const text = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.constantFrom('', 'x'.repeat(100), 'x'.repeat(101), 'x'.repeat(1024), 'x'.repeat(1025), 'é'.repeat(90)),
);
const anything = fc.oneof(text, fc.jsonValue({ maxDepth: 1 }), fc.constantFrom(Infinity, NaN, undefined));
const features = fc.oneof(fc.dictionary(fc.string({ maxLength: 3 }), anything, { maxKeys: 3 }), anything);
const request = fc.oneof(
  anything,
  fc.record(
    { model: text, entity: text, unit: text, features, explain: fc.boolean() },
    { requiredKeys: ['model', 'entity'] },
  ),
  fc.record(
    { model: anything, entity: anything, unit: anything, features, explain: anything, other: anything },
    { requiredKeys: [] },
  ),
);

function accepts(body: unknown): boolean {
  try {
    checkPredictionRequest(body);
    return true;
  } catch {
    return false;
  }
}

test('the check by hand accepts and refuses what the contract does', () => {
  let accepted = 0;
  fc.assert(
    fc.property(request, (body) => {
      const expected = predictionRequest.safeParse(body).success;
      if (expected) accepted++;
      expect([body, accepts(body)]).toEqual([body, expected]);
    }),
    { numRuns: 5000, seed: 1 },
  );
  expect(accepted).toBeGreaterThan(200);
});

test('an entity whose bytes do not fit an index key is refused, though its characters are few', () => {
  expect(accepts({ model: 'm', entity: '✈'.repeat(633) })).toBe(true);
  expect(() => checkPredictionRequest({ model: 'm', entity: '✈'.repeat(634) })).toThrow(
    'entity: at most 1900 bytes',
  );
});

test('every wrong field is named at once', () => {
  const body = { entity: 5, unit: '', features: { a: 1, b: [], c: NaN }, explain: 1, more: 1 };
  const fields = ['model', 'entity', 'unit', 'explain', 'features.b', 'features.c', 'more'];
  expect(() => checkPredictionRequest(body)).toThrow(
    expect.objectContaining({
      code: 'invalid',
      problems: expect.arrayContaining(fields.map((field) => expect.objectContaining({ field }))),
    }),
  );
});
