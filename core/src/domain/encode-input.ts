import type { ModelInput } from '../contracts/model-version.ts';
import type { Scalar } from '../contracts/primitives.ts';

/** A value as the model takes it, or null when it is of the wrong type. Missing is NaN. */
export function createInputEncoder(input: ModelInput): (value: Scalar) => number | null {
  if (input.type === 'number') return encodeNumber;
  const codes = new Map((input.categories ?? []).map((category, code) => [category, code]));
  /** Values beyond the dictionary share one code, in training as in serving. */
  const unseen = codes.size;
  return (value) => {
    if (value === null) return NaN;
    return codes.get(typeof value === 'string' ? value : String(value)) ?? unseen;
  };
}

function encodeNumber(value: Scalar): number | null {
  if (value === null) return NaN;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : null;
}
