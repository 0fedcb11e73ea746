import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentNamed } from '@foretell/infra/environment-rules';
import { environments } from '@foretell/infra/environments';
import { synthesize } from '@foretell/infra/synthesize';
import type { StackDrift } from '../github/drift-issues.ts';
import { lastWords, runTerraform } from '../terraform/run-terraform.ts';
import { stacksOf } from '../terraform/stack-order.ts';
import { terraformOptions } from './plan.ts';

/** Terraform's own: nothing, an error, differences. */
const statuses = ['clean', 'failed', 'drifted'] as const;

/** `drift ENV`: whether what runs is still what is written, a line a stack. 0: it is; 2: it differs; 1: not known. */
export async function drift(args: readonly string[]): Promise<number> {
  const environment = environmentNamed(environments, args[0]).name;
  synthesize(environments, 'cdktf.out');
  const found: StackDrift[] = [];
  for (const stack of stacksOf(environment, 'cdktf.out')) {
    const options = terraformOptions(stack);
    const init = await runTerraform(['init', '-input=false', '-no-color'], options);
    const run =
      init.status === 0
        ? await runTerraform(
            ['plan', '-input=false', '-no-color', '-lock=false', '-detailed-exitcode'],
            options,
          )
        : { ...init, status: 1 };
    const status = statuses[run.status] ?? 'failed';
    found.push({
      stack: stack.name,
      status,
      detail: status === 'clean' ? '' : lastWords(run.output, 20_000),
    });
    console.log(`${stack.name}: ${status}`);
    if (status === 'failed') console.error(lastWords(run.output));
  }
  mkdirSync('.foretell/drift', { recursive: true });
  writeFileSync(join('.foretell/drift', `${environment}.json`), `${JSON.stringify(found, null, 2)}\n`);
  if (found.some(({ status }) => status === 'failed')) return 1;
  return found.some(({ status }) => status === 'drifted') ? 2 : 0;
}
