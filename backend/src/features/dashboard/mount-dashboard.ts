import { join } from 'node:path';
import express, { type Express } from 'express';

/**
 * The built dashboard at /. Vite puts a hash of its content into the name of each asset, so those never change; any
 * other path that a browser asks for as a page is one of the application's own.
 */
export function mountDashboard(app: Express, folder: string): void {
  const assets = express.static(join(folder, 'assets'), {
    immutable: true,
    maxAge: '1y',
    index: false,
    fallthrough: false,
  });
  app.use('/assets', assets);
  app.use(express.static(folder, { index: false, maxAge: '1h' }));
  app.get('/{*path}', (request, response, next) => {
    if (request.path.startsWith('/api/') || !request.accepts('html')) {
      next();
      return;
    }
    response.set('cache-control', 'no-cache').sendFile(join(folder, 'index.html'));
  });
}
