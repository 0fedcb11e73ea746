import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentNamed } from '@foretell/infra/environment-rules';
import { environments } from '@foretell/infra/environments';
import { z } from 'zod';
import { fileDrift as file, stackDrift } from '../github/drift-issues.ts';
import { githubOf } from '../github/github.ts';

/** `file-drift ENV`: an issue for each stack that `drift ENV` found to differ. 1 when a stack could not be asked. */
export async function fileDrift([name]: readonly string[]): Promise<number> {
  const { name: environment } = environmentNamed(environments, name);
  const text = readFileSync(join('.foretell/drift', `${environment}.json`), 'utf8');
  const found = z.array(stackDrift).parse(JSON.parse(text));
  for (const line of await file(githubOf(process.env), found)) console.log(line);
  const failed = found.filter(({ status }) => status === 'failed').map(({ stack }) => stack);
  if (failed.length > 0) console.error(`Not known: ${failed.join(', ')}: their check itself failed`);
  return failed.length > 0 ? 1 : 0;
}
