import { createFlatWalk } from './flat-walk.ts';
import { createLeafMasks } from './leaf-masks.ts';
import { parseModel, type ParsedModel } from './parse-model.ts';

/** A loaded model. Vectors hold one number an input, NaN for missing, a category as its code. Not reentrant. */
export interface Evaluator {
  /** Feature names as LightGBM wrote them. */
  readonly inputs: readonly string[];
  /** Length of `out`: 1, or the number of classes. */
  readonly outputs: number;
  /** How rows are scored: masks where every tree has at most 32 leaves. */
  readonly method: 'masks' | 'walk';
  /** Raw scores, bit by bit LightGBM's own. */
  raw(vector: Float64Array, out: Float64Array): void;
  /** Raw scores through the link: a probability, one a class, or the value itself. */
  predict(vector: Float64Array, out: Float64Array): void;
}

/** Throws `invalid` when `text` is not a whole model that can be evaluated exactly. */
export function createEvaluator(text: string): Evaluator {
  return evaluatorOf(parseModel(text));
}

export function evaluatorOf(model: ParsedModel): Evaluator {
  const masks = createLeafMasks(model);
  const raw = masks ?? createFlatWalk(model);
  const link = linkFor(model);
  return {
    inputs: model.inputs,
    outputs: model.outputs,
    method: masks ? 'masks' : 'walk',
    raw,
    predict(vector, out) {
      raw(vector, out);
      link(out);
    },
  };
}

function linkFor({ link, steepness }: ParsedModel): (scores: Float64Array) => void {
  if (link === 'sigmoid')
    return (scores) => {
      scores[0] = 1 / (1 + Math.exp(-steepness * (scores[0] ?? 0)));
    };
  return link === 'softmax' ? softmax : () => undefined;
}

function softmax(scores: Float64Array): void {
  let highest = -Infinity;
  for (const score of scores) if (score > highest) highest = score;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i] = Math.exp((scores[i] ?? 0) - highest);
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] ?? 0) / sum;
}
