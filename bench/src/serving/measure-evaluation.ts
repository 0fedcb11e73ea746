import { readFileSync } from 'node:fs';
import { createEvaluator } from '@foretell/core/domain/lightgbm/evaluator';
import { createFlatWalk } from '@foretell/core/domain/lightgbm/flat-walk';
import { parseModel } from '@foretell/core/domain/lightgbm/parse-model';

export interface EvaluationRound {
  /** CPU of one row through all trees and the link. */
  microsPerEvaluation: number;
  /** The same trees walked from node to node, without the link. */
  microsPerWalk: number;
}

const evaluations = 300_000;

/** Measures the model in `folder`, alone: no request, no features to find. */
export function createEvaluationMeasure(folder: string): () => EvaluationRound {
  const text = readFileSync(`${folder}/model.txt`, 'utf8');
  const { rows } = JSON.parse(readFileSync(`${folder}/check-rows.json`, 'utf8')) as {
    rows: (number | null)[][];
  };
  const vectors = rows.map((row) => Float64Array.from(row, (value) => value ?? NaN));
  const evaluator = createEvaluator(text);
  const predict = (vector: Float64Array, out: Float64Array) => evaluator.predict(vector, out);
  const walk = createFlatWalk(parseModel(text));
  return () => ({ microsPerEvaluation: microsOf(predict, vectors), microsPerWalk: microsOf(walk, vectors) });
}

function microsOf(
  score: (vector: Float64Array, out: Float64Array) => void,
  vectors: readonly Float64Array[],
): number {
  const out = new Float64Array(1);
  const before = process.cpuUsage();
  for (let done = 0; done < evaluations; done += vectors.length)
    for (const vector of vectors) score(vector, out);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / evaluations;
}
