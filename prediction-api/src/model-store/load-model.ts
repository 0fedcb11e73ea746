import {
  checkRows,
  modelCard,
  onlineFeaturesManifest,
  type ModelCard,
} from '@foretell/core/contracts/model-version';
import type { ServingModel } from '@foretell/core/contracts/serving-manifest';
import { DomainError } from '@foretell/core/domain/errors';
import { evaluatorOf, type Evaluator } from '@foretell/core/domain/lightgbm/evaluator';
import { parseModel, type ParsedModel } from '@foretell/core/domain/lightgbm/parse-model';
import { verifyEvaluator } from '@foretell/core/domain/lightgbm/verify';
import type { Lake } from '@foretell/core/node/lake';
import { openOnlineFeatures, type OnlineFeatureReader } from '@foretell/core/node/online-feature-reader';
import { planInputs, type ModelInputs } from './model-inputs.ts';

/** What the artefacts of one model version come to in memory; the same whatever experiment runs on it. */
export interface LoadedModel {
  card: ModelCard;
  parsed: ParsedModel;
  evaluator: Evaluator;
  inputs: ModelInputs;
  online: OnlineFeatureReader | null;
}

/** Rows of online features remembered a model. */
const cachedRows = 50_000;
/** Rounds over the check rows before a model serves, so that its first requests meet compiled code. */
const warmingRounds = 20;

/** Reads, verifies and warms a model. Throws `invalid` or `not_found` for a model that can never be served. */
export async function loadModel(
  lake: Lake,
  serving: ServingModel,
  preloadBytes: number,
): Promise<LoadedModel> {
  const [text, card, check, online] = await Promise.all([
    lake.get(serving.keys.model).then(({ body }) => new TextDecoder().decode(body)),
    lake.getJson(serving.keys.card, modelCard),
    lake.getJson(serving.keys.checkRows, checkRows),
    loadOnline(lake, serving, preloadBytes),
  ]);
  const parsed = parseModel(text);
  if (parsed.inputs.length !== card.inputs.length)
    throw new DomainError(
      'invalid',
      `The model has ${parsed.inputs.length} inputs and its card ${card.inputs.length}.`,
    );
  const outputs = card.task === 'multiclass' ? (card.classes?.length ?? 0) : 1;
  if (parsed.outputs !== outputs)
    throw new DomainError('invalid', `The model has ${parsed.outputs} outputs and its card ${outputs}.`);
  const evaluator = evaluatorOf(parsed);
  for (let round = 0; round < warmingRounds; round++) verifyEvaluator(evaluator, check);
  return { card, parsed, evaluator, inputs: planInputs(card, online?.manifest ?? null), online };
}

async function loadOnline(
  lake: Lake,
  { onlineFeatures }: ServingModel,
  preloadBytes: number,
): Promise<OnlineFeatureReader | null> {
  if (!onlineFeatures) return null;
  const manifest = await lake.getJson(onlineFeatures.manifest, onlineFeaturesManifest);
  return openOnlineFeatures(lake, onlineFeatures.values, manifest, { preloadBytes, cachedRows });
}
