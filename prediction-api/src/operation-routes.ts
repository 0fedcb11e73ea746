import type { readiness } from '@foretell/core/contracts/public-api';
import type { RequestHandler } from 'express';
import type { z } from 'zod';
import { sendJson } from './http/send-json.ts';
import type { ManifestStore } from './model-store/manifest-store.ts';

export const healthRoute: RequestHandler = (_request, response) =>
  sendJson(response, 200, '{"status":"alive"}');

/** A manifest older than this is stale: said, and still served. */
const freshMs = 60_000;

export function createReadinessRoute(
  manifests: ManifestStore,
  draining: () => boolean,
  now: () => number,
): RequestHandler {
  return (_request, response) => {
    const state = manifests.current();
    const status = draining() ? 'draining' : state ? 'ready' : 'starting';
    const checkedAtMs = manifests.checkedAtMs();
    const body: z.output<typeof readiness> = {
      status,
      models: state?.models.length ?? 0,
      manifest: state && {
        generation: state.generation,
        publishedAt: state.publishedAt,
        checkedAt: new Date(checkedAtMs).toISOString(),
        fresh: now() - checkedAtMs < freshMs,
      },
      refused: [...(state?.refused ?? [])],
      featuresOnS3: (state?.models ?? [])
        .filter(({ online }) => online?.preloaded === false)
        .map(({ serving }) => serving.id),
    };
    sendJson(response, status === 'ready' ? 200 : 503, JSON.stringify(body));
  };
}
