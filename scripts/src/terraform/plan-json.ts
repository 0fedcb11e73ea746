import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';

/** What of `terraform show -json PLAN` a review reads. */
const action = z.enum(['no-op', 'create', 'read', 'update', 'delete', 'forget']);
const json = z.json();
export type Json = z.output<typeof json>;

const change = z.object({
  actions: z.array(action).min(1),
  before: json.default(null),
  after: json.default(null),
  /** `true` where a value is known after apply only; a tree of the value's own shape. */
  after_unknown: json.default(false),
  before_sensitive: json.default(false),
  after_sensitive: json.default(false),
  /** Attributes whose change cannot be made in place. */
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).default([]),
  importing: z.object({ id: z.string().optional() }).nullish(),
});

const resourceChange = z.object({
  address: z.string(),
  previous_address: z.string().optional(),
  mode: z.enum(['managed', 'data']).default('managed'),
  type: z.string(),
  deposed: z.string().optional(),
  change,
  action_reason: z.string().optional(),
});
export type ResourceChange = z.output<typeof resourceChange>;
export type Change = z.output<typeof change>;

const planJson = z.object({
  format_version: z.string().regex(/^1\./, 'is not a version that is known here (1.x)'),
  terraform_version: z.string().default('unknown'),
  resource_changes: z.array(resourceChange).default([]),
  resource_drift: z.array(resourceChange).default([]),
  output_changes: z.record(z.string(), change).default({}),
  errored: z.boolean().default(false),
});

export interface Plan extends z.output<typeof planJson> {
  readonly stack: string;
}

/** Reads a plan, or says which file is none and why. Its stack is the file's name. */
export function readPlan(path: string): Plan {
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} cannot be read as JSON: ${(error as Error).message}`, { cause: error });
  }
  return parsePlan(data, basename(path).replace(/\.json$/, ''), path);
}

export function parsePlan(data: unknown, stack: string, path = stack): Plan {
  const parsed = planJson.safeParse(data);
  if (parsed.success && typeof data === 'object' && data !== null && 'planned_values' in data)
    return { ...parsed.data, stack };
  const why = parsed.success
    ? 'it has no planned_values: give the output of `terraform show -json PLANFILE`'
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new Error(`${path} is not a plan: ${why}`);
}
