import {
  experimentKey,
  experimentShards,
  modelDayKey,
  modelDayShards,
  modelEntityKey,
} from '@foretell/core/contracts/predictions-table';
import type { ModelInputs } from '../model-store/model-inputs.ts';
import type { Vector } from '../predict/build-vector.ts';
import type { Prediction } from '../predict/prediction.ts';
import { attribute, jsonText, numberAttribute, textAttribute } from './dynamo-json.ts';

/** The item DynamoDB stores of a prediction, as the JSON text of its attributes (contract: predictions-table.ts). */
export function predictionItem(prediction: Prediction, ttlDays: number): string {
  const { id, model, request, unit, vector, decision, probabilities, createdAtMs } = prediction;
  const { serving, inputs, online } = model;
  const createdAt = isoTime(createdAtMs);
  const spread = Number.parseInt(id.slice(-1), 16);
  const modelDay = modelDayKey(serving.id, createdAt.slice(0, 10), spread % modelDayShards);
  const expiresAt = Math.floor(createdAtMs / 1000) + ttlDays * 86_400;
  return (
    `{"id":{"S":"${id}"},"workspace":{"S":"${serving.workspace}"},"model":{"S":"${serving.id}"}` +
    `,"version":{"N":"${serving.version}"},"entity":${textAttribute(request.entity)},"unit":${textAttribute(unit)}` +
    `,"request":${attribute(request)},"features":${featuresAttribute(inputs, vector)}` +
    `,"missing":{"L":[${vector.missing.map((place) => `{"S":${inputs.inputs[place]?.json}}`).join(',')}]}` +
    `,"featuresAsOf":${online ? `{"S":"${online.manifest.asOf}"}` : '{"NULL":true}'}` +
    `,"predictedFor":{"S":"${isoTime(vector.timeMs)}"}` +
    `,"value":${attribute(prediction.value)},"probability":${attribute(prediction.probability)}` +
    (probabilities === null ? '' : `,"probabilities":${attribute(probabilities)}`) +
    `,"source":{"S":"${decision.answer.source}"}` +
    experimentAttributes(decision.experiment, spread) +
    `,"group":${attribute(decision.group)},"createdAt":{"S":"${createdAt}"}` +
    `,"latencyMs":{"N":"${prediction.latencyMs}"},"modelDay":{"S":"${modelDay}"}` +
    `,"modelEntity":${textAttribute(modelEntityKey(serving.id, request.entity))},"expiresAt":{"N":"${expiresAt}"}}`
  );
}

let [lastMs, lastIso] = [0, new Date(0).toISOString()];

/** Most predictions of a millisecond, and the times they are for, have one text. */
function isoTime(ms: number): string {
  if (ms !== lastMs) [lastMs, lastIso] = [ms, new Date(ms).toISOString()];
  return lastIso;
}

function experimentAttributes(experiment: string | null, spread: number): string {
  if (experiment === null) return '';
  const shard = experimentKey(experiment, spread % experimentShards);
  return `,"experiment":{"S":"${experiment}"},"experimentShard":{"S":"${shard}"}`;
}

function featuresAttribute({ inputs }: ModelInputs, { values, unseen }: Vector): string {
  let text = '';
  for (let place = 0; place < inputs.length; place++) {
    const input = inputs[place];
    if (!input) continue;
    const value = values[place] ?? NaN;
    text += `${place === 0 ? '' : ','}${input.json}:`;
    if (Number.isNaN(value)) {
      const name = unseen.get(place);
      text += name === undefined ? '{"NULL":true}' : textAttribute(name);
    } else if (input.categories) text += `{"S":${input.categoriesJson[value] ?? jsonText('')}}`;
    else text += numberAttribute(value);
  }
  return `{"M":{${text}}}`;
}
