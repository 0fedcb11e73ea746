import type { PredictionRequest } from '@foretell/core/contracts/public-api';
import type { Scalar } from '@foretell/core/contracts/primitives';
import { DomainError } from '@foretell/core/domain/errors';
import { explain } from '@foretell/core/domain/lightgbm/tree-shap';
import { tooLarge } from '../http/read-body.ts';
import type { DeployedModel } from '../model-store/serving-state.ts';
import type { Item } from '../prediction-log/item-writer.ts';
import { predictionItem } from '../prediction-log/prediction-item.ts';
import { buildVector } from './build-vector.ts';
import { decide } from './decide.ts';
import { newId } from './new-id.ts';
import type { Prediction } from './prediction.ts';
import { score, type Score } from './score.ts';

/** DynamoDB takes items of 400 KB. */
const maxItemBytes = 390_000;

const unscored = (value: Scalar): Score => ({ value, probability: null, probabilities: null, output: 0 });

/**
 * Makes one prediction: at once when the entity's online features are in memory. `arrivedMs` is on performance.now()'s
 * clock. Throws `invalid` for features that do not fit.
 */
export function predict(
  model: DeployedModel,
  request: PredictionRequest,
  nowMs: number,
  arrivedMs: number,
): Prediction | Promise<Prediction> {
  const online = model.online?.find(request.entity) ?? null;
  if (!(online instanceof Promise)) return predictFrom(online, model, request, nowMs, arrivedMs);
  return online.catch(unread).then((values) => predictFrom(values, model, request, nowMs, arrivedMs));
}

function predictFrom(
  online: Float64Array | null,
  model: DeployedModel,
  request: PredictionRequest,
  nowMs: number,
  arrivedMs: number,
): Prediction {
  const vector = buildVector(model.inputs, request, online, nowMs);
  const unit = request.unit ?? request.entity;
  const decision = decide(model, unit);
  const { answer } = decision;
  const byModel = answer.source === 'model';
  const { value, probability, probabilities, output } = byModel
    ? score(model, vector.values)
    : unscored(answer.value);
  return {
    id: newId(nowMs),
    model,
    request,
    unit,
    vector,
    decision,
    value,
    probability,
    probabilities,
    explanation: byModel && request.explain ? explain(model.parsed, vector.values, output) : null,
    createdAtMs: nowMs,
    latencyMs: Math.round((performance.now() - arrivedMs) * 1000) / 1000,
  };
}

/** Values beyond the memory are read from S3. A prediction without them would be another one. */
function unread(cause: unknown): never {
  throw new DomainError('unavailable', 'The online feature values cannot be read.', {
    cause,
    retryAfterSeconds: 2,
  });
}

/** What is stored of a prediction. Throws `too_large` when DynamoDB could not hold it. */
export function itemOf(prediction: Prediction, ttlDays: number): Item {
  const text = predictionItem(prediction, ttlDays);
  if (text.length > maxItemBytes / 3 && Buffer.byteLength(text) > maxItemBytes)
    throw tooLarge('The request and its features are too large to be stored.');
  return { id: prediction.id, text };
}
