import { buildApiDocument } from '@foretell/core/contracts/openapi/api-document';
import type { Operation } from '@foretell/core/contracts/openapi/operation';
import express, { type Express } from 'express';
import { getAbsoluteFSPath } from 'swagger-ui-dist';

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Foretell control API</title>
    <link rel="stylesheet" href="/api/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="docs"></div>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;
const start = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', deepLinking: true });\n`;

/** The OpenAPI document at /api/openapi.json and its page at /api/docs, with no asset from elsewhere. */
export function mountDocs(app: Express, operations: readonly Operation[]): void {
  const document = buildApiDocument({
    title: 'Foretell control API',
    description:
      'Bring data, say what to predict, train, deploy, and read what the experiment proves. Sign up, then send the token as `Authorization: Bearer …`.',
    version: '1',
    server: '/',
    operations,
  });
  app.get('/api/openapi.json', (_request, response) => void response.json(document));
  app.get('/api/docs', (_request, response) => void response.type('html').send(page));
  app.get('/api/docs/start.js', (_request, response) => void response.type('js').send(start));
  app.use('/api/docs', express.static(getAbsoluteFSPath(), { index: false, maxAge: '1h' }));
}
