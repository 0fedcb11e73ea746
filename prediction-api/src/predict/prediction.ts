import type { PredictionRequest } from '@foretell/core/contracts/public-api';
import type { Scalar } from '@foretell/core/contracts/primitives';
import type { Explanation } from '@foretell/core/domain/lightgbm/tree-shap';
import type { DeployedModel } from '../model-store/serving-state.ts';
import type { Vector } from './build-vector.ts';
import type { Decision } from './decide.ts';

/** One prediction as made: what is stored, and what is answered. */
export interface Prediction {
  id: string;
  model: DeployedModel;
  request: PredictionRequest;
  unit: string;
  vector: Vector;
  decision: Decision;
  value: Scalar;
  probability: number | null;
  probabilities: Record<string, number> | null;
  explanation: Explanation | null;
  createdAtMs: number;
  latencyMs: number;
}
