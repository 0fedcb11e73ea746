import { onlineFeaturesManifest, type OnlineFeaturesManifest } from '@foretell/core/contracts/model-version';
import type { ServingModel } from '@foretell/core/contracts/serving-manifest';
import { DomainError } from '@foretell/core/domain/errors';
import type { Lake } from '@foretell/core/node/lake';
import type { Logger } from '@foretell/core/node/logger';
import { planFeatureMemory } from './feature-memory.ts';
import { loadVersion, withFeatures, type LoadedModel, type PublishedFeatures } from './load-model.ts';
import { sameFeatures, sameVersion, servedUntilLoaded } from './served-until-loaded.ts';
import type { DeployedModel, Refusal } from './serving-state.ts';

export interface ModelLoader {
  /** What a manifest asks to be served. What is loaded already is served so from now on. */
  want(models: readonly ServingModel[]): void;
  /** Whatever of the wanted can be served now. */
  served(): DeployedModel[];
  /** The wanted that could not be loaded as wanted, and why. */
  refused(): Refusal[];
  /** Loads what is wanted and not loaded, one by one; resolves when there is nothing left that is worth a try now. */
  load(): Promise<void>;
}

export interface ModelLoaderOptions {
  /** Online feature values held in memory over all models. */
  featureMemoryBytes: number;
  now: () => number;
  /** A model was loaded, or could not be. */
  onChange: () => void;
}

interface Refused extends Refusal {
  wanted: ServingModel;
  retryAtMs: number;
}

/** A model that failed to load is tried again after this time, or when the manifest names other artefacts for it. */
const retryMs = 10_000;

/** Loads models off the request path and out of the way of the manifest that names them. */
export function createModelLoader(lake: Lake, logger: Logger, options: ModelLoaderOptions): ModelLoader {
  const { featureMemoryBytes, now, onChange } = options;
  const loaded = new Map<string, DeployedModel>();
  const refusals = new Map<string, Refused>();
  let features = new Map<string, OnlineFeaturesManifest>();
  let wanted: readonly ServingModel[] = [];
  let running: Promise<void> | null = null;
  let notHeld = '';

  function refuse(serving: ServingModel, error: unknown): void {
    const reason = error instanceof DomainError ? error.message : 'Its artefacts could not be read.';
    const { id: model, version } = serving;
    if (refusals.get(model)?.reason !== reason)
      logger.error({ err: error, model, version }, 'a model could not be loaded');
    if (!wanted.some((each) => each.id === model && sameArtefacts(each, serving))) return;
    refusals.set(model, { model, version, reason, wanted: serving, retryAtMs: now() + retryMs });
    onChange();
  }

  const mayTry = (serving: ServingModel): boolean => {
    const refused = refusals.get(serving.id);
    return !refused || now() >= refused.retryAtMs || !sameArtefacts(refused.wanted, serving);
  };

  async function readFeatureManifests(): Promise<void> {
    const read = new Map<string, OnlineFeaturesManifest>();
    for (const serving of wanted) {
      const key = serving.onlineFeatures?.manifest;
      if (key === undefined) continue;
      try {
        const known = features.get(key);
        if (known) read.set(key, known);
        else if (mayTry(serving)) read.set(key, await lake.getJson(key, onlineFeaturesManifest));
      } catch (error) {
        refuse(serving, error);
      }
    }
    features = read;
  }

  const areFeaturesKnown = ({ onlineFeatures }: ServingModel) =>
    onlineFeatures === null || features.has(onlineFeatures.manifest);
  const featuresOf = ({ onlineFeatures }: ServingModel) =>
    onlineFeatures ? (features.get(onlineFeatures.manifest) ?? null) : null;

  function plan(): Set<string> {
    const files = wanted.flatMap((serving) => {
      const bytes = featuresOf(serving)?.bytes;
      return bytes === undefined ? [] : [{ model: serving.id, bytes }];
    });
    const held = planFeatureMemory(files, featureMemoryBytes);
    const others = files.filter(({ model }) => !held.has(model));
    if (JSON.stringify(others) !== notHeld && others.length > 0)
      logger.warn(
        { models: others, featureMemoryBytes },
        'online features beyond the memory are read from S3',
      );
    notHeld = JSON.stringify(others);
    return held;
  }

  function next(held: ReadonlySet<string>): ServingModel | undefined {
    const isPlaced = (model: LoadedModel, { id }: ServingModel) =>
      model.online === null || model.online.preloaded === held.has(id);
    const open = wanted.filter((serving) => {
      const model = loaded.get(serving.id);
      const done = model && sameArtefacts(model.serving, serving) && isPlaced(model, serving);
      return !done && mayTry(serving) && areFeaturesKnown(serving);
    });
    // What leaves the memory goes first.
    return open.find(({ id }) => loaded.get(id)?.online?.preloaded && !held.has(id)) ?? open[0];
  }

  async function loadOne(serving: ServingModel, inMemory: boolean): Promise<void> {
    const startedMs = performance.now();
    try {
      const before = loaded.get(serving.id);
      const version =
        before && sameVersion(before.serving, serving) ? before : await loadVersion(lake, serving.keys);
      const model = await withFeatures(lake, version, published(serving, inMemory));
      // A manifest may have come meanwhile: what it says of the model holds.
      const newest = wanted.find(({ id }) => id === serving.id);
      if (!newest || isGoneBackOn(serving, newest)) return;
      loaded.set(serving.id, { ...model, serving: servedAs(serving, newest) });
      refusals.delete(serving.id);
      onChange();
      const ms = Math.round(performance.now() - startedMs);
      const figures = { model: serving.id, version: serving.version, featuresInMemory: inMemory, ms };
      logger.info(figures, 'a model was loaded');
    } catch (error) {
      refuse(serving, error);
    }
  }

  /** Whether what serves is wanted again, and not what took its time to load. */
  function isGoneBackOn(serving: ServingModel, newest: ServingModel): boolean {
    const current = loaded.get(serving.id);
    return current !== undefined && sameArtefacts(current.serving, newest) && !sameArtefacts(serving, newest);
  }

  function published(serving: ServingModel, inMemory: boolean): PublishedFeatures | null {
    const manifest = featuresOf(serving);
    return manifest && { valuesKey: serving.onlineFeatures?.values ?? '', manifest, inMemory };
  }

  async function loadAll(): Promise<void> {
    for (;;) {
      await readFeatureManifests();
      const held = plan();
      const serving = next(held);
      if (!serving) return;
      await loadOne(serving, held.has(serving.id));
    }
  }

  return {
    want(models) {
      wanted = models;
      const byId = new Map(models.map((serving) => [serving.id, serving]));
      for (const [id, model] of loaded) {
        const serving = byId.get(id);
        if (serving) loaded.set(id, { ...model, serving: servedAs(model.serving, serving) });
        else loaded.delete(id);
      }
      for (const [id, refused] of refusals) {
        const serving = byId.get(id);
        if (!serving || !sameArtefacts(refused.wanted, serving)) refusals.delete(id);
      }
    },
    served: () => wanted.flatMap(({ id }) => loaded.get(id) ?? []),
    refused: () => [...refusals.values()].map(({ model, version, reason }) => ({ model, version, reason })),
    load: () => (running ??= loadAll().finally(() => (running = null))),
  };
}

const sameArtefacts = (a: ServingModel, b: ServingModel): boolean => sameVersion(a, b) && sameFeatures(a, b);
const servedAs = (loaded: ServingModel, wanted: ServingModel): ServingModel =>
  sameArtefacts(loaded, wanted) ? wanted : servedUntilLoaded(loaded, wanted);
