import type { PredictionRequest } from '@foretell/core/contracts/public-api';
import type { Scalar } from '@foretell/core/contracts/primitives';
import { DomainError, type FieldProblem } from '@foretell/core/domain/errors';

const maxModel = 100;
const maxEntity = 1024;
/** An index key of DynamoDB holds 2,048 bytes, the model's id among them. */
const maxEntityBytes = 1900;
/** Problems told at once. */
const maxProblems = 50;
const known = new Set(['model', 'entity', 'unit', 'features', 'explain']);

/**
 * Checks a request by hand, as the hot path can afford; a test proves that it accepts and refuses what the contract's
 * schema does. Throws `invalid` naming every field.
 */
export function checkPredictionRequest(body: unknown, root = 'body'): PredictionRequest {
  if (!isObject(body)) throw invalid([{ field: root, code: 'invalid_type', detail: 'an object' }]);
  const { model, entity, unit, features, explain } = body;
  const sound =
    isText(model, maxModel) &&
    isText(entity, maxEntity) &&
    fitsKey(entity) &&
    (unit === undefined || isText(unit, maxEntity)) &&
    (features === undefined || isScalars(features)) &&
    (explain === undefined || typeof explain === 'boolean');
  if (sound && hasOnlyKnown(body)) return body as PredictionRequest;
  throw invalid(problemsOf(body));
}

function hasOnlyKnown(body: object): boolean {
  for (const key in body) if (!known.has(key)) return false;
  return true;
}

function problemsOf(body: Record<string, unknown>): FieldProblem[] {
  const { model, entity, unit, features, explain } = body;
  const problems: FieldProblem[] = [];
  const expect = (holds: boolean, name: string, detail: string) => {
    if (!holds) problems.push({ field: name, code: 'invalid_type', detail });
  };
  expect(isText(model, maxModel), 'model', `a text of 1 to ${maxModel} characters`);
  expect(isText(entity, maxEntity), 'entity', `a text of 1 to ${maxEntity} characters`);
  expect(
    typeof entity !== 'string' || fitsKey(entity) || entity.length > maxEntity,
    'entity',
    `at most ${maxEntityBytes} bytes of UTF-8`,
  );
  expect(unit === undefined || isText(unit, maxEntity), 'unit', `a text of 1 to ${maxEntity} characters`);
  expect(explain === undefined || typeof explain === 'boolean', 'explain', 'true or false');
  expect(features === undefined || isObject(features), 'features', 'an object');
  if (isObject(features))
    for (const [name, value] of Object.entries(features))
      expect(isScalar(value), `features.${name}`, 'a finite number, a text, true, false or null');
  for (const key of Object.keys(body))
    if (!known.has(key))
      problems.push({ field: key, code: 'unrecognized_keys', detail: 'not a field of a prediction' });
  return problems;
}

/** Names the fields, the first 50 of them. */
export function invalid(problems: FieldProblem[]): DomainError {
  const [first] = problems;
  return new DomainError('invalid', first ? `${first.field}: ${first.detail}` : 'The request is not valid.', {
    problems: problems.slice(0, maxProblems),
  });
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= max && value.isWellFormed();

const fitsKey = (text: string): boolean =>
  text.length * 3 <= maxEntityBytes || Buffer.byteLength(text) <= maxEntityBytes;

export const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'number'
    ? Number.isFinite(value)
    : typeof value === 'string' || typeof value === 'boolean' || value === null;

function isScalars(features: unknown): boolean {
  if (!isObject(features)) return false;
  for (const name in features) if (!isScalar(features[name])) return false;
  return true;
}
