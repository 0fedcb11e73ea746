import { rmSync } from 'node:fs';
import { App } from './cdktf.ts';
import { checkEnvironments } from './environment-rules.ts';
import type { Environment } from './environments.ts';
import { createPlatform } from './platform.ts';

/** Writes the Terraform JSON of every stack into `outdir`, from nothing: the same bytes for the same input. */
export function synthesize(environments: Readonly<Record<string, Environment>>, outdir: string): void {
  checkEnvironments(environments);
  rmSync(outdir, { recursive: true, force: true });
  const app = new App({ outdir, stackTraces: false });
  createPlatform(app, Object.values(environments));
  app.synth();
}
