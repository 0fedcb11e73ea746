import type { Scalar } from '@foretell/core/contracts/primitives';
import { jsonText } from '../prediction-log/dynamo-json.ts';
import type { Prediction } from './prediction.ts';
import { valueAt } from './value-at.ts';

/** The answer's JSON, written as text: JSON.stringify would cost as much as the model. */
export function encodeResponse(prediction: Prediction): string {
  const { id, model, decision, probability, probabilities, vector, explanation } = prediction;
  const { serving, inputs } = model;
  let text = `{"id":"${id}","model":"${serving.id}","version":${serving.version},"value":${scalarJson(prediction.value)}`;
  if (probability !== null) text += `,"probability":${probability}`;
  if (probabilities !== null) text += `,"probabilities":${JSON.stringify(probabilities)}`;
  text += `,"source":"${decision.answer.source}","experiment":`;
  text +=
    decision.experiment === null ? 'null' : `{"id":"${decision.experiment}","group":"${decision.group}"}`;
  text += `,"missing":[${vector.missing.map((place) => inputs.inputs[place]?.json).join(',')}]`;
  if (explanation !== null) text += `,"explanation":${explanationJson(prediction, explanation)}`;
  return `${text},"latencyMs":${prediction.latencyMs}}`;
}

function scalarJson(value: Scalar): string {
  if (typeof value === 'string') return jsonText(value);
  return typeof value === 'number' && !Number.isFinite(value) ? 'null' : String(value);
}

function explanationJson(
  { model, vector }: Prediction,
  { base, contributions }: NonNullable<Prediction['explanation']>,
) {
  const rows = Array.from(contributions, (contribution, place) => ({
    feature: model.inputs.inputs[place]?.name,
    value: valueAt(model.inputs, vector, place),
    contribution,
  }));
  rows.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  return JSON.stringify({ base, contributions: rows });
}
