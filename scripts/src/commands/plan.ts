import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { environmentNamed } from '@foretell/infra/environment-rules';
import { environments } from '@foretell/infra/environments';
import { synthesize } from '@foretell/infra/synthesize';
import { headCommit } from '../terraform/git.ts';
import { parsePlan, type Plan } from '../terraform/plan-json.ts';
import { renderReview } from '../terraform/render-review.ts';
import { actionOf, reviewPlans } from '../terraform/review-model.ts';
import { lastWords, runTerraform, type TerraformOptions } from '../terraform/run-terraform.ts';
import {
  hashOf,
  planFile,
  plansFolder,
  sha256File,
  writeSavedPlans,
  type SavedPlans,
} from '../terraform/saved-plans.ts';
import { stacksOf, type SynthesizedStack } from '../terraform/stack-order.ts';

export const terraformOptions = (stack: SynthesizedStack): TerraformOptions => ({
  folder: stack.folder,
  dataFolder: join('.foretell', 'terraform', stack.name),
});

/** Outputs of a stack that was never applied are not in its state: whoever reads them cannot be planned yet. */
const notApplied = /Unable to find remote state|does not have an attribute named|This object has no argument/;

type Planned =
  { readonly plan: Plan; readonly waitsFor: null } | { readonly plan: null; readonly waitsFor: string };

async function planStack(environment: string, stack: SynthesizedStack, lock: boolean): Promise<Planned> {
  const options = terraformOptions(stack);
  const file = resolve(planFile(environment, stack.name));
  const step = async (...args: readonly string[]) => {
    const run = await runTerraform(args, options);
    if (run.status === 0) return run.output;
    if (notApplied.test(run.output)) return null;
    throw new Error(`${stack.name}: terraform ${args[0] ?? ''} failed\n${lastWords(run.output)}`);
  };
  await step('init', '-input=false', '-no-color');
  const planned = await step('plan', '-input=false', '-no-color', `-lock=${String(lock)}`, `-out=${file}`);
  if (planned === null) return { plan: null, waitsFor: stack.dependencies.join(', ') };
  const json = await step('show', '-json', file);
  if (json === null) throw new Error(`${stack.name}: its plan cannot be shown`);
  writeFileSync(join(plansFolder(environment), `${stack.name}.json`), json);
  return { plan: parsePlan(JSON.parse(json), stack.name), waitsFor: null };
}

const changesOf = (plan: Plan): number =>
  plan.resource_changes.filter((resource) => resource.mode === 'managed' && actionOf(resource) !== 'none')
    .length + Object.values(plan.output_changes).filter(({ actions }) => !actions.includes('no-op')).length;

/** `plan ENV [STACK…] [--artifact-url URL] [--no-lock]`: synth, a saved plan a stack, one review on stdout. */
export async function plan(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'artifact-url': { type: 'string' }, 'no-lock': { type: 'boolean', default: false } },
  });
  const [name, ...only] = positionals;
  const environment = environmentNamed(environments, name).name;
  synthesize(environments, 'cdktf.out');
  rmSync(plansFolder(environment), { recursive: true, force: true });
  mkdirSync(plansFolder(environment), { recursive: true });
  const [plans, waiting]: [Plan[], string[]] = [[], []];
  for (const stack of stacksOf(environment, 'cdktf.out', only)) {
    const planned = await planStack(environment, stack, !values['no-lock']);
    console.error(
      `${stack.name}: ${planned.plan ? `${changesOf(planned.plan)} changes` : `waits for ${planned.waitsFor}`}`,
    );
    if (planned.plan) plans.push(planned.plan);
    else waiting.push(stack.name);
  }
  const review = reviewPlans(plans);
  const saved: SavedPlans = {
    environment,
    commit: headCommit(),
    createdAt: new Date().toISOString(),
    stacks: plans.map((each) => ({
      name: each.stack,
      sha256: sha256File(planFile(environment, each.stack)),
      changes: changesOf(each),
    })),
    waiting,
    losses: review.losses.length,
    violations: review.policies.violations.length,
  };
  writeSavedPlans(saved);
  const text = renderReview(review, {
    environment,
    commit: saved.commit,
    planHash: hashOf(saved),
    waiting,
    ...(values['artifact-url'] === undefined ? {} : { artifactUrl: values['artifact-url'] }),
  });
  writeFileSync(join(plansFolder(environment), 'review.md'), text);
  process.stdout.write(text);
  return 0;
}
