import {
  servingManifest,
  type ServingManifest,
  type ServingModel,
} from '@foretell/core/contracts/serving-manifest';
import { DomainError } from '@foretell/core/domain/errors';
import { servingManifestKey } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import type { Logger } from '@foretell/core/node/logger';
import { loadModel, type LoadedModel } from './load-model.ts';
import { createServingState, type DeployedModel, type Refusal, type ServingState } from './serving-state.ts';

export interface ManifestStore {
  /** Null until a manifest, or its absence, has been seen. */
  current(): ServingState | null;
  /** When the lake last answered for the manifest. */
  checkedAtMs(): number;
  /** Asks for the manifest once; loads what is new and swaps it in. Never throws: a failure is logged and tried again. */
  refresh(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export interface ManifestStoreOptions {
  pollMs: number;
  /** Online feature values held in memory over all models. */
  featureMemoryBytes: number;
  now: () => number;
}

/** A model that failed to load is tried again after this time, or at the next manifest. */
const retryMs = 10_000;
const nothingPublished: ServingManifest = {
  version: 1,
  generation: 0,
  publishedAt: new Date(0).toISOString(),
  models: [],
  datasets: [],
  apiKeys: [],
};

/** Keeps the newest manifest that could be loaded, off the request path. */
export function createManifestStore(
  lake: Lake,
  logger: Logger,
  options: ManifestStoreOptions,
): ManifestStore {
  const { pollMs, featureMemoryBytes, now } = options;
  let state: ServingState | null = null;
  let etag: string | null = null;
  let manifest = nothingPublished;
  let checkedAtMs = 0;
  let retryAtMs = Infinity;
  let trouble: string | null = null;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function read(): Promise<boolean> {
    try {
      const object = await lake.getIfChanged(servingManifestKey, etag);
      checkedAtMs = now();
      if (!object) return false;
      manifest = servingManifest.parse(JSON.parse(new TextDecoder().decode(object.body)));
      etag = object.etag;
      return true;
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'not_found')) throw error;
      checkedAtMs = now();
      return state === null;
    }
  }

  async function load(): Promise<void> {
    const models: DeployedModel[] = [];
    const refused: Refusal[] = [];
    for (const serving of manifest.models) {
      const before = state?.models.find((model) => model.serving.id === serving.id);
      try {
        const kept = before && sameArtefacts(before.serving, serving) ? before : null;
        const loaded: LoadedModel =
          kept ?? (await loadModel(lake, serving, featureMemoryBytes - used(models)));
        models.push({ ...loaded, serving });
      } catch (error) {
        logger.error(
          { err: error, model: serving.id, version: serving.version },
          'a model could not be loaded',
        );
        refused.push({ model: serving.id, version: serving.version, reason: reasonOf(error) });
        if (before) models.push(before);
      }
    }
    state = createServingState(manifest, models, refused);
    retryAtMs = refused.length > 0 ? now() + retryMs : Infinity;
    logger.info({ generation: manifest.generation, models: models.length }, 'serving a new manifest');
  }

  async function refresh(): Promise<void> {
    try {
      const changed = await read();
      if (changed || now() >= retryAtMs) await load();
      if (trouble !== null) logger.info('the manifest can be read again');
      trouble = null;
    } catch (error) {
      // Said once, not at every poll; what was read last goes on being served.
      if (trouble !== String(error)) logger.error({ err: error }, 'the manifest could not be read');
      trouble = String(error);
    }
  }

  function poll(): void {
    running = refresh().then(() => {
      if (!stopped) timer = setTimeout(poll, pollMs);
    });
  }

  return {
    current: () => state,
    checkedAtMs: () => checkedAtMs,
    refresh,
    start: poll,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

const sameArtefacts = (a: ServingModel, b: ServingModel): boolean =>
  a.version === b.version &&
  JSON.stringify([a.keys, a.onlineFeatures]) === JSON.stringify([b.keys, b.onlineFeatures]);

const used = (models: readonly DeployedModel[]): number =>
  models.reduce((sum, { online }) => sum + (online?.preloaded ? online.manifest.bytes : 0), 0);

const reasonOf = (error: unknown): string =>
  error instanceof DomainError ? error.message : 'Its artefacts could not be read.';
