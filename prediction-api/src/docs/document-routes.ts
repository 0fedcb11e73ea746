import { hash } from 'node:crypto';
import { buildApiDocument } from '@foretell/core/contracts/openapi/api-document';
import { publicOperations } from '@foretell/core/contracts/openapi/public-operations';
import type { RequestHandler } from 'express';
import { sendJson } from '../http/send-json.ts';
import { docsPolicy, docsStyle, renderDocs } from './render-docs.ts';

/** The OpenAPI document and its page, written once. `server` of the document is where the caller reached it. */
export function createDocumentRoutes(version: string): { document: RequestHandler; docs: RequestHandler } {
  const document = buildApiDocument({
    title: 'Foretell public API',
    description: 'Predictions from your deployed models, and records streamed into your datasets.',
    version,
    server: '/',
    operations: Object.values(publicOperations),
  });
  const json = JSON.stringify(document);
  const page = renderDocs(document);
  const policy = docsPolicy(hash('sha256', docsStyle, 'base64'));
  const headers = ['content-security-policy', policy, 'x-content-type-options', 'nosniff'];
  return {
    document: (_request, response) => sendJson(response, 200, json),
    docs: (_request, response) => sendJson(response, 200, page, headers, 'text/html; charset=utf-8'),
  };
}
