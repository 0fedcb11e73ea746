import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App } from './cdktf.ts';
import { checkEnvironments } from './environment-rules.ts';
import type { Environment } from './environments.ts';
import { createPlatform } from './platform.ts';

/** Writes the Terraform JSON of every stack into `outdir`, from nothing: the same bytes for the same input. Answers the stacks' names. */
export function synthesize(environments: Readonly<Record<string, Environment>>, outdir: string): string[] {
  checkEnvironments(environments);
  rmSync(outdir, { recursive: true, force: true });
  const app = new App({ outdir, stackTraces: false });
  createPlatform(app, Object.values(environments));
  app.synth();
  return readdirSync(join(outdir, 'stacks')).toSorted();
}
