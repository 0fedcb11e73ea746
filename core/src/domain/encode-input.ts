import type { ModelInput } from '../contracts/model-version.ts';
import type { Scalar } from '../contracts/primitives.ts';

/**
 * A value as the model takes it, or null when it is of the wrong type. Missing is NaN, and so is a category that the
 * model's dictionary does not have: in training as in serving.
 */
export function createInputEncoder(
  input: Pick<ModelInput, 'type' | 'categories'>,
): (value: Scalar) => number | null {
  if (input.type === 'number') return encodeNumber;
  const codes = new Map((input.categories ?? []).map((category, code) => [category, code]));
  return (value) => (value === null ? NaN : (codes.get(String(value)) ?? NaN));
}

function encodeNumber(value: Scalar): number | null {
  if (value === null) return NaN;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : null;
}
