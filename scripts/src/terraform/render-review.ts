import { fitComment } from './fit-comment.ts';
import { code, details, fence, plural, quoted } from './markdown.ts';
import type { AttributeChange } from './attribute-diff.ts';
import type { ActionName, Finding, Review, ReviewedResource, StackReview } from './review-model.ts';

/** By it the workflow finds its own comment of an environment, and updates it in place. */
export const reviewMarker = (environment?: string): string =>
  `<!-- foretell-plan-review${environment === undefined ? '' : ` ${environment}`} -->`;

export interface ReviewContext {
  /** What the plans are of, e.g. `staging`. @default not said */
  readonly environment?: string;
  readonly commit?: string;
  /** Of the saved plans: apply can be told to take no others. */
  readonly planHash?: string;
  /** Stacks that cannot be planned before others are applied. */
  readonly waiting?: readonly string[];
  /** Where the whole review is, when it does not fit. */
  readonly artifactUrl?: string;
}

const signs: Readonly<Record<ActionName, string>> = {
  create: '+',
  update: '~',
  replace: '±',
  destroy: '−',
  forget: '○',
  read: '<',
  none: '·',
};
const words: Readonly<Record<ActionName, string>> = {
  create: 'is created',
  update: 'is changed in place',
  replace: 'is **replaced**',
  destroy: 'is **destroyed**',
  forget: 'is forgotten: it stays, and Terraform no longer knows it',
  read: 'is read during apply',
  none: 'stays as it is',
};
/** What may do harm stands first. */
const order: readonly ActionName[] = ['destroy', 'replace', 'forget', 'update', 'create', 'read', 'none'];

function headline(stacks: readonly StackReview[]): string {
  const sum = (name: keyof StackReview['counts']) => stacks.reduce((n, { counts }) => n + counts[name], 0);
  const parts = [
    `${sum('create')} to add`,
    `${sum('update')} to change`,
    `${sum('replace')} to replace`,
    `${sum('destroy')} to destroy`,
    ...(['forget', 'moved', 'imported'] as const)
      .filter((name) => sum(name) > 0)
      .map((name) => `${sum(name)} ${name === 'forget' ? 'to forget' : name}`),
  ];
  const outputs = stacks.reduce((n, stack) => n + stack.outputs.length, 0);
  const quiet =
    stacks.every(({ resources, drift }) => resources.length === 0 && drift.length === 0) && outputs === 0;
  return quiet
    ? `**No changes** in ${plural(stacks.length, 'stack')}: what runs is what is written.`
    : `**${parts.join(', ')}** in ${plural(stacks.length, 'stack')}.`;
}

function table(stacks: readonly StackReview[]): string {
  const rows = stacks.map(({ stack, counts: c, errored }) => {
    const cells = [c.create, c.update, c.replace, c.destroy, c.imported, c.moved, c.drifted].map((n) =>
      n === 0 ? '·' : String(n),
    );
    return `| ${code(stack)}${errored ? ' **(plan failed)**' : ''} | ${cells.join(' | ')} |`;
  });
  return [
    '| stack | add | change | replace | destroy | import | move | drift |',
    '|---|--:|--:|--:|--:|--:|--:|--:|',
    ...rows,
  ].join('\n');
}

const findingLine = ({ stack, address, what }: Finding) =>
  `- ${code(address)} in ${code(stack)}: ${code(what)}`;
const longestList = 40;

function alert(
  kind: 'CAUTION' | 'WARNING' | 'IMPORTANT',
  title: string,
  lines: readonly string[],
): readonly string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, longestList);
  const rest = lines.length - shown.length;
  return [
    quoted(
      [`[!${kind}]`, `**${title}**`, '', ...shown, ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n'),
    ),
  ];
}

function warnings({ losses, widenings, exposures, policies, stacks }: Review): readonly string[] {
  const widened = widenings.filter(({ isNew }) => !isNew);
  const granted = new Map<string, number>();
  for (const { stack, address } of widenings.filter(({ isNew }) => isNew))
    granted.set(
      `${code(address)} in ${code(stack)}`,
      (granted.get(`${code(address)} in ${code(stack)}`) ?? 0) + 1,
    );
  const failed = stacks
    .filter(({ errored }) => errored)
    .map(({ stack }) => `- ${code(stack)}: its plan is not complete`);
  return [
    ...alert('CAUTION', 'Data can be lost', losses.map(findingLine)),
    ...alert('CAUTION', 'The plan failed', failed),
    ...alert('WARNING', 'Reachable from outside, and was not before', exposures.map(findingLine)),
    ...alert('WARNING', 'Permissions widen', widened.map(findingLine)),
    ...alert(
      'WARNING',
      'Policies that do not hold',
      policies.violations.map((v) => `${findingLine(v)} (${v.policy})`),
    ),
    ...alert(
      'IMPORTANT',
      'New roles and policies: read what they grant',
      [...granted].map(([where, count]) => `- ${where}: ${plural(count, 'permission')}`),
    ),
  ];
}

const attributeLine = (change: AttributeChange, sign: '+' | '-', value: string) =>
  `${sign} ${change.path}${change.path === '' ? '' : ' = '}${value}${change.forcesReplacement ? '  # forces replacement' : ''}`;

function attributeDiff(attributes: readonly AttributeChange[]): string {
  const lines = attributes.flatMap((change) => [
    ...(change.before === null ? [] : [attributeLine(change, '-', change.before)]),
    ...(change.after === null ? [] : [attributeLine(change, '+', change.after)]),
  ]);
  return lines.length === 0 ? '' : fence('diff', lines.join('\n'));
}

function resourceBlock(resource: ReviewedResource): string {
  const forced = resource.attributes
    .filter(({ forcesReplacement }) => forcesReplacement)
    .map(({ path }) => code(path));
  const notes = [
    ...(resource.movedFrom === null ? [] : [`moved from ${code(resource.movedFrom)}`]),
    ...(resource.importedId === null ? [] : [`imported as ${code(resource.importedId)}`]),
    ...(resource.createsFirst ? ['the new one is made first'] : []),
    ...(resource.action === 'replace' && forced.length > 0 ? [`forced by ${forced.join(', ')}`] : []),
    ...(resource.reason === null ? [] : [resource.reason]),
  ];
  const title = `${signs[resource.action]} ${code(resource.address)} ${words[resource.action]}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
  const diff = attributeDiff(resource.attributes);
  return diff === '' ? `- ${title}` : details(title, diff);
}

function stackBlocks(stack: StackReview): readonly string[] {
  const sorted = [...stack.resources].sort((a, b) => order.indexOf(a.action) - order.indexOf(b.action));
  const outputs = stack.outputs.map(({ name, attributes }) =>
    details(`output ${code(name)}`, attributeDiff(attributes)),
  );
  const blocks = [...sorted.map(resourceBlock), ...outputs];
  return blocks.length === 0 ? [] : [`### ${code(stack.stack)}`, ...blocks];
}

function driftBlocks(stacks: readonly StackReview[]): readonly string[] {
  const drifted = stacks.flatMap(({ drift }) => drift);
  if (drifted.length === 0) return [];
  return [
    '### Drift',
    'Changed outside Terraform since the last apply:',
    ...drifted.map((resource) =>
      details(
        `${code(resource.address)} in ${code(resource.stack)} ${resource.action === 'destroy' ? 'is gone' : 'differs'}`,
        attributeDiff(resource.attributes) || 'Nothing of it is left.',
      ),
    ),
  ];
}

/** The whole review in Markdown, short enough for a comment: details are left out before any warning is. */
export function renderReview(review: Review, context: ReviewContext = {}): string {
  const { stacks, policies } = review;
  const head = [
    reviewMarker(context.environment),
    `## Terraform plan${context.environment === undefined ? '' : ` of ${code(context.environment)}`}`,
    headline(stacks),
    table(stacks),
    ...warnings(review),
    ...(context.waiting && context.waiting.length > 0
      ? [
          `Not planned yet, since they read what another stack has not published: ${context.waiting.map(code).join(', ')}.`,
        ]
      : []),
    ...(policies.violations.length === 0 ? [`All ${policies.asked} policies hold.`] : []),
  ];
  const blocks = [...driftBlocks(stacks), ...stacks.flatMap(stackBlocks)];
  const foot =
    context.commit === undefined
      ? []
      : [
          `Planned at ${code(context.commit)}${context.planHash === undefined ? '' : `, plan hash ${code(context.planHash)}`}; apply takes these plans and no others.`,
        ];
  return fitComment(head, blocks, foot, context.artifactUrl);
}
