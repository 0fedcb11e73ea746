import type { Scalar } from '@foretell/core/contracts/primitives';
import type { LoadedModel } from '../model-store/load-model.ts';

/** What the model says of a vector. */
export interface Score {
  value: Scalar;
  /** Binary: of the positive class. Multiclass: of the answered one. */
  probability: number | null;
  /** Multiclass: by class. */
  probabilities: Record<string, number> | null;
  /** Which of the model's outputs was answered. */
  output: number;
}

export function score({ card, evaluator }: LoadedModel, vector: Float64Array): Score {
  const out = new Float64Array(evaluator.outputs);
  evaluator.predict(vector, out);
  const first = out[0] ?? NaN;
  if (card.task === 'regression') return { value: first, probability: null, probabilities: null, output: 0 };
  const classes = card.classes ?? [];
  if (card.task === 'binary') {
    const value = classes[first >= (card.threshold ?? 0.5) ? 1 : 0] ?? null;
    return { value, probability: first, probabilities: null, output: 0 };
  }
  const output = out.reduce((best, probability, i) => (probability > (out[best] ?? 0) ? i : best), 0);
  const probabilities = Object.fromEntries(classes.map((name, i) => [String(name), out[i] ?? NaN]));
  return { value: classes[output] ?? null, probability: out[output] ?? null, probabilities, output };
}
