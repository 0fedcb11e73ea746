import { buildApiDocument } from '@foretell/core/contracts/openapi/api-document';
import { publicOperations } from '@foretell/core/contracts/openapi/public-operations';
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

/** `server` of the document is where the caller reached this. */
export function createDocumentRoute(version: string): RequestHandler {
  const document = buildApiDocument({
    title: 'Foretell public API',
    description: 'Predictions from your deployed models, and records streamed into your datasets.',
    version,
    server: '/',
    operations: Object.values(publicOperations),
  });
  const text = JSON.stringify(document);
  return (_request, response) => sendJson(response, 200, text);
}
