import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { zipOf } from './zip.ts';

/** The guard's handler as a zip of one file; the AWS SDK in it is Lambda's own. */
export function guardCode(): Buffer {
  const bundle = buildSync({
    entryPoints: [fileURLToPath(new URL('./guard/main.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['@aws-sdk/*'],
    // Paths in comments and names would differ from checkout to checkout.
    minify: true,
    legalComments: 'none',
    write: false,
  });
  const [output] = bundle.outputFiles;
  if (!output) throw new Error('esbuild made nothing of the guard');
  return zipOf({ 'index.mjs': output.text });
}
