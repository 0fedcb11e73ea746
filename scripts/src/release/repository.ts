import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName } from '@foretell/infra/environments';
import { hashOf, plansFolder, readSavedPlans } from '../terraform/saved-plans.ts';
import { ReleaseError } from './errors.ts';
import { waivers, type Waiver } from './scan-gate.ts';

const waiversFile = join(import.meta.dirname, '../../image-waivers.json');

/** What the repository lets through of the images' scans. */
export function readWaivers(): readonly Waiver[] {
  const result = waivers.safeParse(JSON.parse(readFileSync(waiversFile, 'utf8')));
  if (result.success) return result.data;
  const lines = result.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new ReleaseError('usage', `scripts/image-waivers.json is not as it should be:\n${lines.join('\n')}`);
}

/** The hash that Terraform's review of this very commit showed, for the ledger; null when none was made here. */
export function planHashOf(environment: EnvironmentName, commit: string): string | null {
  if (!existsSync(join(plansFolder(environment), 'plans.json'))) return null;
  const plans = readSavedPlans(environment);
  return plans.commit === commit ? hashOf(plans) : null;
}
