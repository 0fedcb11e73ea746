import type { Scalar } from '@foretell/core/contracts/primitives';
import type { ModelInputs } from '../model-store/model-inputs.ts';
import type { Vector } from './build-vector.ts';

/** One value of a vector as a person reads it: a category by its name, null when missing. */
export function valueAt({ inputs }: ModelInputs, { values, unseen }: Vector, place: number): Scalar {
  const value = values[place] ?? NaN;
  if (Number.isNaN(value)) return unseen.get(place) ?? null;
  return inputs[place]?.categories?.[value] ?? value;
}
