import {
  documentIn,
  isObject,
  listOf,
  statementsOf,
  textOf,
  type JsonObject,
} from '@foretell/infra/policies/resource';
import type { Json, ResourceChange } from './plan-json.ts';

/** One thing somebody may do. `*` in it is IAM's wildcard. */
interface Grant {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly condition: string;
}

interface Permissions {
  readonly allowed: readonly Grant[];
  readonly denied: readonly Grant[];
  /** Allow statements by exception (NotAction and the like): compared as a whole. */
  readonly byException: readonly string[];
}

const none: Permissions = { allowed: [], denied: [], byException: [] };
const exceptions = ['NotAction', 'NotResource', 'NotPrincipal'];

function grantsOf(statement: JsonObject): readonly Grant[] {
  const principal = statement['Principal'];
  const principals = isObject(principal)
    ? Object.entries(principal).flatMap(([kind, who]) => listOf(who).map((one) => `${kind} ${textOf(one)}`))
    : listOf(principal).map(textOf);
  const condition = statement['Condition'] === undefined ? '' : JSON.stringify(statement['Condition']);
  const resources = listOf(statement['Resource']).map(textOf);
  return (principals.length > 0 ? principals : ['the role']).flatMap((who) =>
    listOf(statement['Action']).flatMap((action) =>
      (resources.length > 0 ? resources : ['itself']).map((resource) => ({
        principal: who,
        action: textOf(action),
        resource,
        condition,
      })),
    ),
  );
}

function permissionsOf(value: Json | undefined): Permissions {
  const document = documentIn(value);
  if (!document) return none;
  const statements = statementsOf(document);
  const exceptional = (statement: JsonObject) => exceptions.some((key) => statement[key] !== undefined);
  const of = (effect: string) =>
    statements.filter((s) => s['Effect'] === effect && !exceptional(s)).flatMap(grantsOf);
  return {
    allowed: of('Allow'),
    denied: of('Deny'),
    byException: statements
      .filter((s) => s['Effect'] === 'Allow' && exceptional(s))
      .map((s) => JSON.stringify(s)),
  };
}

const escaped = (text: string) => text.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
const matches = (pattern: string, text: string) =>
  pattern === text ||
  new RegExp(`^${escaped(pattern).replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test(text);

/** Whether `wide` says at least what `narrow` does. A condition only ever narrows. */
const covers = (wide: Grant, narrow: Grant): boolean =>
  (matches(wide.principal, narrow.principal) || wide.principal === '*') &&
  matches(wide.action, narrow.action) &&
  matches(wide.resource, narrow.resource) &&
  (wide.condition === '' || wide.condition === narrow.condition);

const uncovered = (grants: readonly Grant[], by: readonly Grant[]) =>
  grants.filter((grant) => !by.some((wide) => covers(wide, grant)));

const show = ({ principal, action, resource, condition }: Grant) =>
  `${principal} may ${action} on ${resource}${condition === '' ? '' : ` if ${condition}`}`;

/** Attributes that hold a policy, by what they belong to. */
const policyAttributes = [
  'policy',
  'assume_role_policy',
  'inline_policy',
  'access_policy',
  'resource_policy',
];

function ofDocument(before: Json | undefined, after: Json | undefined): readonly string[] {
  const [old, young] = [permissionsOf(before), permissionsOf(after)];
  return [
    ...uncovered(young.allowed, old.allowed).map(show),
    ...uncovered(old.denied, young.denied).map((grant) => `no longer denied: ${show(grant)}`),
    ...young.byException
      .filter((statement) => !old.byException.includes(statement))
      .map((statement) => `everything but: ${statement}`),
  ];
}

const attribute = (values: Json | undefined, name: string): Json | undefined =>
  typeof values === 'object' && values !== null && !Array.isArray(values) ? values[name] : undefined;

/** What more somebody may do after this change than before it, each in words; wildcards first. */
export function widening({ type, change }: ResourceChange): readonly string[] {
  if (change.after === null)
    return type.endsWith('_policy') ? ofDocument(attribute(change.before, 'policy'), undefined) : [];
  const found = policyAttributes.flatMap((name) => {
    if (attribute(change.after_unknown, name) === true)
      return [`its ${name} is not known before apply: read it in the state after`];
    return ofDocument(attribute(change.before, name), attribute(change.after, name));
  });
  if (type === 'aws_iam_role_policy_attachment' && !change.actions.includes('no-op')) {
    const [old, young] = [attribute(change.before, 'policy_arn'), attribute(change.after, 'policy_arn')];
    if (old !== young) found.push(`attaches ${textOf(young)}`);
  }
  if (type === 'aws_lambda_permission' && change.actions.includes('create'))
    found.push(
      `${textOf(attribute(change.after, 'principal'))} may ${textOf(attribute(change.after, 'action'))}`,
    );
  return found.sort((a, b) => Number(b.includes('*')) - Number(a.includes('*')));
}
