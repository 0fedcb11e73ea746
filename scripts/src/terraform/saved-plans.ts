import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const savedPlans = z.object({
  environment: z.string(),
  /** The commit they were made of. */
  commit: z.string(),
  createdAt: z.iso.datetime(),
  stacks: z.array(
    z.object({
      name: z.string(),
      /** Of the binary plan file. */
      sha256: z.string(),
      changes: z.int(),
    }),
  ),
  /** Stacks that wait for another to be applied first. */
  waiting: z.array(z.string()),
  losses: z.int(),
  violations: z.int(),
});
export type SavedPlans = z.output<typeof savedPlans>;

export const plansFolder = (environment: string): string => join('.foretell', 'plans', environment);
export const planFile = (environment: string, stack: string): string =>
  join(plansFolder(environment), `${stack}.tfplan`);
const indexFile = (environment: string) => join(plansFolder(environment), 'plans.json');

export const sha256File = (path: string): string =>
  createHash('sha256').update(readFileSync(path)).digest('hex');

/** One hash for all that a review showed. */
export const hashOf = ({ commit, stacks }: SavedPlans): string =>
  createHash('sha256')
    .update([commit, ...stacks.map(({ name, sha256 }) => `${name} ${sha256}`)].join('\n'))
    .digest('hex')
    .slice(0, 16);

export function writeSavedPlans(plans: SavedPlans): void {
  writeFileSync(indexFile(plans.environment), `${JSON.stringify(plans, null, 2)}\n`);
}

export function readSavedPlans(environment: string): SavedPlans {
  const path = indexFile(environment);
  if (!existsSync(path))
    throw new Error(`There are no saved plans of ${environment}: run make plan ENV=${environment}`);
  return savedPlans.parse(JSON.parse(readFileSync(path, 'utf8')));
}

export interface ApplyConditions {
  readonly head: string;
  /** Tracked files that differ from the commit. */
  readonly dirty: readonly string[];
  /** What the reviewer saw. @default not compared */
  readonly expectedHash?: string;
  readonly acceptLosses: boolean;
  readonly hashOfFile: (stack: string) => string | null;
}

/** Every reason not to apply these plans; none: they are the ones that were reviewed. */
export function reasonsNotToApply(plans: SavedPlans, conditions: ApplyConditions): readonly string[] {
  const { head, dirty, expectedHash, acceptLosses, hashOfFile } = conditions;
  const reasons: string[] = [];
  if (plans.commit !== head)
    reasons.push(`the plans are of commit ${plans.commit}, and this is ${head}: plan again`);
  if (dirty.length > 0) reasons.push(`files differ from the commit: ${dirty.slice(0, 5).join(', ')}`);
  if (expectedHash !== undefined && expectedHash !== hashOf(plans))
    reasons.push(`the plans' hash is ${hashOf(plans)}, and ${expectedHash} was reviewed`);
  for (const { name, sha256 } of plans.stacks) {
    const found = hashOfFile(name);
    if (found === null) reasons.push(`the plan of ${name} is gone`);
    else if (found !== sha256) reasons.push(`the plan of ${name} is not the one that was reviewed`);
  }
  if (plans.violations > 0) reasons.push(`${plans.violations} policies do not hold: see the review`);
  if (plans.losses > 0 && !acceptLosses)
    reasons.push(
      `data can be lost (${plans.losses} stateful resources): say --accept-losses if that is meant`,
    );
  return reasons;
}
