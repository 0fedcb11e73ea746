import { servingManifest, type ServingManifest } from '@foretell/core/contracts/serving-manifest';
import { DomainError } from '@foretell/core/domain/errors';
import { servingManifestKey } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import type { Logger } from '@foretell/core/node/logger';
import { createApiKeys } from '../access/api-keys.ts';
import { createModelLoader } from './model-loader.ts';
import { createServingState, type ServingState } from './serving-state.ts';

export interface ManifestStore {
  /** Null until a manifest, or its absence, has been seen. */
  current(): ServingState | null;
  /** When the lake last answered for the manifest. */
  checkedAtMs(): number;
  /** Asks for the manifest once, and loads its models. Never throws: a failure is logged and tried again. */
  refresh(): Promise<void>;
  /** Asks again and again; a manifest that comes while models are loaded does not wait for them. */
  start(): void;
  stop(): Promise<void>;
}

export interface ManifestStoreOptions {
  pollMs: number;
  /** Online feature values held in memory over all models. */
  featureMemoryBytes: number;
  now: () => number;
}

const nothingPublished: ServingManifest = {
  version: 1,
  generation: 0,
  publishedAt: new Date(0).toISOString(),
  models: [],
  datasets: [],
  apiKeys: [],
};

/** Keeps the newest manifest that could be read, off the request path. */
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
  let trouble: string | null = null;
  let stopped = false;
  let apiKeys = createApiKeys([]);
  let running: Promise<void> = Promise.resolve();
  let loading: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const loader = createModelLoader(lake, logger, { featureMemoryBytes, now, onChange: swap });

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

  /** Keys, experiments and datasets hold at once; so does every model that is loaded. */
  function apply(): void {
    loader.want(manifest.models);
    apiKeys = createApiKeys(manifest.apiKeys);
    swap();
    const { generation, models } = manifest;
    logger.info({ generation, models: models.length }, 'serving by a new manifest');
  }

  function swap(): void {
    state = createServingState(manifest, apiKeys, loader.served(), loader.refused());
  }

  async function readAndApply(): Promise<void> {
    try {
      if (await read()) apply();
      if (trouble !== null) logger.info('the manifest can be read again');
      trouble = null;
    } catch (error) {
      // Said once, not at every poll; what was read last goes on being served.
      if (trouble !== String(error)) logger.error({ err: error }, 'the manifest could not be read');
      trouble = String(error);
    }
  }

  function poll(): void {
    running = readAndApply().then(() => {
      loading = loader.load();
      if (!stopped) timer = setTimeout(poll, pollMs);
    });
  }

  return {
    current: () => state,
    checkedAtMs: () => checkedAtMs,
    async refresh() {
      await readAndApply();
      await loader.load();
    },
    start: poll,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      await loading;
    },
  };
}
