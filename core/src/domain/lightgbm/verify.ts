import type { CheckRows } from '../../contracts/model-version.ts';
import { DomainError } from '../errors.ts';
import type { Evaluator } from './evaluator.ts';

/** Raw scores may differ from the trainer's by this share, and by no more. */
const tolerance = 1e-12;

export const isSameScore = (got: number, trainers: number): boolean =>
  Math.abs(got - trainers) <= tolerance * Math.max(1, Math.abs(trainers));

/** Throws `invalid` unless the evaluator gives the trainer's own predictions of the check rows. */
export function verifyEvaluator(evaluator: Evaluator, check: CheckRows): void {
  if (check.rows.length === 0 || check.rows.length !== check.raw.length)
    throw refused('its check rows are missing or not whole');
  if (check.inputs.length !== evaluator.inputs.length)
    throw refused(
      `the model has ${evaluator.inputs.length} inputs and its check rows have ${check.inputs.length}`,
    );
  const vector = new Float64Array(evaluator.inputs.length);
  const out = new Float64Array(evaluator.outputs);
  check.rows.forEach((row, index) => {
    const expected = check.raw[index] ?? [];
    if (row.length !== vector.length || expected.length !== out.length)
      throw refused(`check row ${index} has the wrong length`);
    row.forEach((value, i) => (vector[i] = value === null ? NaN : Number(value)));
    evaluator.raw(vector, out);
    expected.forEach((score, i) => {
      const got = out[i] ?? NaN;
      if (!isSameScore(got, score))
        throw refused(`check row ${index} scores ${got} here and ${score} at the trainer`);
    });
  });
}

function refused(why: string): DomainError {
  return new DomainError('invalid', `The model is refused: ${why}.`);
}
