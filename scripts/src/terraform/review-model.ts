import { everywherePolicies, planPolicies, realDataPolicies } from '@foretell/infra/policies/all';
import { unknownValue, type JsonObject, type Resource } from '@foretell/infra/policies/resource';
import { attributeChanges, secretsOf, type AttributeChange } from './attribute-diff.ts';
import { widening } from './iam-widening.ts';
import type { Json, Plan, ResourceChange } from './plan-json.ts';
import { newExposures } from './public-exposure.ts';
import { isStateful } from './stateful-types.ts';

export type ActionName = 'create' | 'update' | 'replace' | 'destroy' | 'forget' | 'read' | 'none';

export interface ReviewedResource {
  readonly stack: string;
  readonly address: string;
  readonly type: string;
  readonly action: ActionName;
  /** A replacement that makes the new one first. */
  readonly createsFirst: boolean;
  readonly reason: string | null;
  readonly movedFrom: string | null;
  readonly importedId: string | null;
  readonly attributes: readonly AttributeChange[];
}

export interface Finding {
  readonly stack: string;
  readonly address: string;
  readonly what: string;
}

export interface StackReview {
  readonly stack: string;
  readonly errored: boolean;
  readonly counts: Readonly<
    Record<'create' | 'update' | 'replace' | 'destroy' | 'forget' | 'moved' | 'imported' | 'drifted', number>
  >;
  readonly resources: readonly ReviewedResource[];
  readonly drift: readonly ReviewedResource[];
  readonly outputs: readonly { readonly name: string; readonly attributes: readonly AttributeChange[] }[];
}

export interface Review {
  readonly stacks: readonly StackReview[];
  readonly losses: readonly Finding[];
  readonly widenings: readonly (Finding & { readonly isNew: boolean })[];
  readonly exposures: readonly Finding[];
  readonly policies: {
    readonly asked: number;
    readonly violations: readonly (Finding & { readonly policy: string })[];
  };
}

export function actionOf({ change: { actions } }: Pick<ResourceChange, 'change'>): ActionName {
  if (actions.includes('delete')) return actions.includes('create') ? 'replace' : 'destroy';
  const [only] = actions;
  return only === undefined || only === 'no-op' ? 'none' : only === 'delete' ? 'destroy' : only;
}

function reviewed(stack: string, resource: ResourceChange, secrets: ReadonlySet<string>): ReviewedResource {
  const action = actionOf(resource);
  return {
    stack,
    address:
      resource.deposed === undefined ? resource.address : `${resource.address} (deposed ${resource.deposed})`,
    type: resource.type,
    action,
    createsFirst: resource.change.actions[0] === 'create' && action === 'replace',
    reason: resource.action_reason?.replaceAll('_', ' ') ?? null,
    movedFrom: resource.previous_address ?? null,
    importedId: resource.change.importing ? (resource.change.importing.id ?? '(known after apply)') : null,
    // Of what goes, its name is enough: every attribute goes with it.
    attributes: action === 'destroy' || action === 'forget' ? [] : attributeChanges(resource.change, secrets),
  };
}

function reviewStack(plan: Plan): StackReview {
  const managed = plan.resource_changes.filter(({ mode }) => mode === 'managed');
  const secrets = secretsOf([
    ...[...plan.resource_changes, ...plan.resource_drift].map(({ change }) => change),
    ...Object.values(plan.output_changes),
  ]);
  const resources = managed
    .map((resource) => reviewed(plan.stack, resource, secrets))
    .filter(
      ({ action, movedFrom, importedId }) => action !== 'none' || movedFrom !== null || importedId !== null,
    );
  const drift = plan.resource_drift
    .filter((resource) => resource.mode === 'managed' && actionOf(resource) !== 'none')
    .map((resource) => reviewed(plan.stack, resource, secrets));
  const count = (action: ActionName) => resources.filter((resource) => resource.action === action).length;
  return {
    stack: plan.stack,
    errored: plan.errored,
    counts: {
      create: count('create'),
      update: count('update'),
      replace: count('replace'),
      destroy: count('destroy'),
      forget: count('forget'),
      moved: resources.filter(({ movedFrom }) => movedFrom !== null).length,
      imported: resources.filter(({ importedId }) => importedId !== null).length,
      drifted: drift.length,
    },
    resources,
    drift,
    outputs: Object.entries(plan.output_changes)
      .map(([name, change]) => ({ name, attributes: attributeChanges(change, secrets) }))
      .filter(({ attributes }) => attributes.length > 0),
  };
}

function lossesOf(plan: Plan): readonly Finding[] {
  return plan.resource_changes
    .filter(({ type, mode }) => mode === 'managed' && isStateful(type))
    .flatMap((resource) => {
      const action = actionOf(resource);
      if (action !== 'destroy' && action !== 'replace') return [];
      const forced = resource.change.replace_paths.map((path) => path.join('.')).join(', ');
      const what =
        action === 'destroy'
          ? 'is destroyed'
          : `is replaced${forced === '' ? '' : `, since ${forced} cannot be changed in place`}`;
      return [{ stack: plan.stack, address: resource.address, what }];
    });
}

/** As planned, with what is not known yet marked, so that it is not taken for missing. */
function plannedValues(after: Json, unknown: Json): Json {
  if (unknown === true) return unknownValue;
  const object = (value: Json): value is { [key: string]: Json } =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (Array.isArray(after))
    return after.map((item, index) =>
      plannedValues(item, Array.isArray(unknown) ? (unknown[index] ?? false) : false),
    );
  if (!object(after)) return after;
  const marks = object(unknown) ? unknown : {};
  return Object.fromEntries(
    [...new Set([...Object.keys(after), ...Object.keys(marks)])].map((key) => [
      key,
      plannedValues(after[key] ?? null, marks[key] ?? false),
    ]),
  );
}

function violationsOf(plan: Plan) {
  const resources: readonly Resource[] = plan.resource_changes
    .filter(({ mode, change }) => mode === 'managed' && change.after !== null)
    .map(({ address, type, change }) => ({
      address,
      type,
      // A resource's own values are always an object.
      values: plannedValues(change.after, change.after_unknown) as JsonObject,
    }));
  const policies = [
    ...everywherePolicies,
    ...planPolicies,
    ...(plan.stack.endsWith('-staging') ? [] : realDataPolicies),
  ];
  return {
    asked: policies.length,
    violations: policies.flatMap(({ name, check }) =>
      check(resources).map((violation) => {
        const [address = '', ...what] = violation.split(': ');
        return { stack: plan.stack, address, policy: name, what: what.join(': ') };
      }),
    ),
  };
}

function findings(plan: Plan, of: (resource: ResourceChange) => readonly string[]): readonly Finding[] {
  return plan.resource_changes
    .filter(({ mode, change }) => mode === 'managed' && !change.actions.includes('no-op'))
    .flatMap((resource) =>
      of(resource).map((what) => ({ stack: plan.stack, address: resource.address, what })),
    );
}

/** Everything a reviewer should know of some plans, before it is written down. */
export function reviewPlans(plans: readonly Plan[]): Review {
  const asked = plans.map(violationsOf);
  return {
    stacks: plans.map(reviewStack),
    losses: plans.flatMap(lossesOf),
    widenings: plans.flatMap((plan) => {
      const created = new Set(
        plan.resource_changes.filter((r) => actionOf(r) === 'create').map(({ address }) => address),
      );
      return findings(plan, widening).map((finding) => ({ ...finding, isNew: created.has(finding.address) }));
    }),
    exposures: plans.flatMap((plan) => findings(plan, newExposures)),
    policies: {
      asked: Math.max(0, ...asked.map((each) => each.asked)),
      violations: asked.flatMap((each) => each.violations),
    },
  };
}
