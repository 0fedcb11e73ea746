import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  checkRows,
  modelCard,
  type ModelCard,
  type OnlineFeaturesManifest,
} from '@foretell/core/contracts/model-version';
import type { ServingModel } from '@foretell/core/contracts/serving-manifest';
import { DomainError } from '@foretell/core/domain/errors';
import { evaluatorOf, type Evaluator } from '@foretell/core/domain/lightgbm/evaluator';
import { parseModel, type ParsedModel } from '@foretell/core/domain/lightgbm/parse-model';
import { verifyEvaluator } from '@foretell/core/domain/lightgbm/verify';
import type { Lake } from '@foretell/core/node/lake';
import { openOnlineFeatures, type OnlineFeatureReader } from '@foretell/core/node/online-feature-reader';
import { planInputs, type ModelInputs } from './model-inputs.ts';

/** A model version's own artefacts in memory; the same whatever online feature values it is given. */
export interface LoadedVersion {
  card: ModelCard;
  parsed: ParsedModel;
  evaluator: Evaluator;
}

/** A model version with its online feature values; the same whatever experiment runs on it. */
export interface LoadedModel extends LoadedVersion {
  inputs: ModelInputs;
  online: OnlineFeatureReader | null;
}

/** Online feature values as published, and where they are to be. */
export interface PublishedFeatures {
  valuesKey: string;
  manifest: OnlineFeaturesManifest;
  inMemory: boolean;
}

/** Rows of online features remembered a model. */
const cachedRows = 50_000;
/** Rounds over the check rows before a model serves, so that its first requests meet compiled code. */
const warmingRounds = 20;

/** Reads, verifies and warms a model version. Throws `invalid` or `not_found` for one that can never be served. */
export async function loadVersion(lake: Lake, keys: ServingModel['keys']): Promise<LoadedVersion> {
  const [text, card, check] = await Promise.all([
    lake.get(keys.model).then(({ body }) => new TextDecoder().decode(body)),
    lake.getJson(keys.card, modelCard),
    lake.getJson(keys.checkRows, checkRows),
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
  for (let round = 0; round < warmingRounds; round++) {
    verifyEvaluator(evaluator, check);
    // Requests are served meanwhile.
    await nextTurn();
  }
  return { card, parsed, evaluator };
}

/** Opens a version's online feature values. Throws `invalid` when they do not fit the version or their own manifest. */
export async function withFeatures(
  lake: Lake,
  version: LoadedVersion,
  features: PublishedFeatures | null,
): Promise<LoadedModel> {
  const { card, parsed, evaluator } = version;
  const inputs = planInputs(card, features?.manifest ?? null);
  const online = features && (await open(lake, features));
  return { card, parsed, evaluator, inputs, online };
}

const open = (lake: Lake, { valuesKey, manifest, inMemory }: PublishedFeatures) =>
  openOnlineFeatures(lake, valuesKey, manifest, { preloadBytes: inMemory ? Infinity : -1, cachedRows });
