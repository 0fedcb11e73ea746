import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { environmentNamed } from '@foretell/infra/environment-rules';
import { environments } from '@foretell/infra/environments';
import { changedFiles, headCommit } from '../terraform/git.ts';
import { lastWords, runTerraform } from '../terraform/run-terraform.ts';
import { planFile, readSavedPlans, reasonsNotToApply, sha256File } from '../terraform/saved-plans.ts';
import { stacksOf } from '../terraform/stack-order.ts';
import { terraformOptions } from './plan.ts';

/** Not applied, since the plans are not the reviewed ones or a rule forbids it: nothing was changed. */
const refused = 3;

/** `apply ENV [--plan-hash HASH] [--accept-losses] [--dry-run]`: the saved plans of this very commit, and no others. */
export async function apply(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'plan-hash': { type: 'string' },
      'accept-losses': { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  const environment = environmentNamed(environments, positionals[0]).name;
  const plans = readSavedPlans(environment);
  const reasons = reasonsNotToApply(plans, {
    head: headCommit(),
    dirty: changedFiles(),
    acceptLosses: values['accept-losses'],
    ...(values['plan-hash'] === undefined ? {} : { expectedHash: values['plan-hash'] }),
    hashOfFile: (stack) => {
      const file = planFile(environment, stack);
      return existsSync(file) ? sha256File(file) : null;
    },
  });
  if (reasons.length > 0) {
    console.error(`Nothing is applied:\n${reasons.map((reason) => `  ${reason}`).join('\n')}`);
    return refused;
  }
  const changed = plans.stacks.filter(({ changes }) => changes > 0).map(({ name }) => name);
  if (changed.length === 0) {
    console.log(`Nothing to apply: ${environment} is as it is written.`);
    return 0;
  }
  const stacks = stacksOf(environment, 'cdktf.out', changed);
  for (const [index, stack] of stacks.entries()) {
    const file = resolve(planFile(environment, stack.name));
    const call = ['apply', '-input=false', '-no-color', file];
    console.log(`${stack.name}: terraform ${call.join(' ')}`);
    if (values['dry-run']) continue;
    const init = await runTerraform(['init', '-input=false', '-no-color'], terraformOptions(stack));
    const run =
      init.status === 0 ? await runTerraform(call, { ...terraformOptions(stack), live: true }) : init;
    if (run.status !== 0) {
      const rest = stacks.slice(index).map(({ name }) => name);
      throw new Error(
        `${stack.name} failed; not applied: ${rest.join(', ')}. Plan again.\n${lastWords(run.output)}`,
      );
    }
  }
  if (plans.waiting.length > 0)
    console.log(`Plan and apply again for ${plans.waiting.join(', ')}: they waited for these stacks.`);
  return 0;
}
