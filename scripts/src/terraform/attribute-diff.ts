import type { Change, Json } from './plan-json.ts';

export const unknownText = '(known after apply)';
export const sensitiveText = '(sensitive value)';

/** One attribute that differs. Texts are safe to show: what is sensitive is masked already. */
export interface AttributeChange {
  readonly path: string;
  /** Null: was not there. */
  readonly before: string | null;
  /** Null: will not be there. */
  readonly after: string | null;
  readonly forcesReplacement: boolean;
}

type Path = readonly (string | number)[];
type Tree = Json | undefined;

interface Sides {
  readonly before: Tree;
  readonly after: Tree;
  /** Marks: `true`, or a tree in the value's shape. */
  readonly unknown: Tree;
  readonly beforeSensitive: Tree;
  readonly afterSensitive: Tree;
}

const isObject = (value: Tree): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isAbsent = (value: Tree) => value === undefined || value === null;
/** Neither a value nor a block: Terraform writes both for what is not set. */
const isEmpty = (value: Tree): boolean =>
  isAbsent(value) || value === '' || (Array.isArray(value) && value.length === 0);

function child(tree: Tree, key: string | number): Tree {
  if (tree === true) return true;
  if (Array.isArray(tree)) return typeof key === 'number' ? tree[key] : undefined;
  return isObject(tree) ? tree[String(key)] : undefined;
}

/** JSON kept in a string (policies, container definitions) is compared as what it says, not as text. */
function parsedText(value: Tree): Tree {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function same(a: Tree, b: Tree): boolean {
  if (isAbsent(a) || isAbsent(b)) return isAbsent(a) && isAbsent(b);
  return JSON.stringify(a) === JSON.stringify(b);
}

function showPath(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');
}

const longest = 400;
function show(value: Tree): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(value ?? null);
  return text.length <= longest ? text : `${text.slice(0, longest)}… (${text.length} characters)`;
}

const forces = (path: Path, replacePaths: readonly Path[]) =>
  replacePaths.some((replace) => replace.every((part, index) => path[index] === part));

function keysOf(...trees: readonly Tree[]): readonly (string | number)[] {
  const keys = new Set<string | number>();
  for (const tree of trees)
    if (Array.isArray(tree)) for (const index of tree.keys()) keys.add(index);
    else if (isObject(tree)) for (const key of Object.keys(tree).sort()) keys.add(key);
  return [...keys];
}

function walk(sides: Sides, path: Path, replacePaths: readonly Path[], found: AttributeChange[]): void {
  const { before, after, unknown } = sides;
  const add = (from: string | null, to: string | null) =>
    found.push({
      path: showPath(path),
      before: from,
      after: to,
      forcesReplacement: forces(path, replacePaths),
    });
  if (sides.beforeSensitive === true || sides.afterSensitive === true) {
    if (unknown !== true && same(before, after)) return;
    add(isAbsent(before) ? null : sensitiveText, isAbsent(after) && unknown !== true ? null : sensitiveText);
    return;
  }
  if (unknown === true) {
    add(isAbsent(before) ? null : show(before), unknownText);
    return;
  }
  const [oldText, newText] = [parsedText(before), parsedText(after)];
  if (oldText !== undefined && newText !== undefined) {
    walk({ ...sides, before: oldText, after: newText }, path, replacePaths, found);
    return;
  }
  const nested = (value: Tree) => isObject(value) || Array.isArray(value);
  const compound =
    (nested(before) && (nested(after) || isAbsent(after))) || (nested(after) && isAbsent(before));
  if (compound || (isAbsent(before) && isAbsent(after) && nested(unknown))) {
    for (const key of keysOf(before, after, unknown))
      walk(
        {
          before: child(before, key),
          after: child(after, key),
          unknown: child(unknown, key),
          beforeSensitive: child(sides.beforeSensitive, key),
          afterSensitive: child(sides.afterSensitive, key),
        },
        [...path, key],
        replacePaths,
        found,
      );
    return;
  }
  if (same(before, after) || (isEmpty(before) && isEmpty(after))) return;
  add(isAbsent(before) ? null : show(before), isAbsent(after) ? null : show(after));
}

/** A secret shorter than this would mask half of the alphabet with it. */
const shortestSecret = 4;

/** Texts that a plan marks as sensitive somewhere: a provider may show the same text unmarked elsewhere. */
export function secretsOf(changes: readonly Change[]): ReadonlySet<string> {
  const secrets = new Set<string>();
  const collect = (value: Tree, marks: Tree): void => {
    if (marks === undefined || marks === false || marks === null) return;
    if (typeof value === 'string' && marks === true && value.length >= shortestSecret) secrets.add(value);
    for (const key of keysOf(value)) collect(child(value, key), child(marks, key));
  };
  for (const change of changes) {
    collect(change.before, change.before_sensitive);
    collect(change.after, change.after_sensitive);
  }
  return secrets;
}

function masked(text: string | null, secrets: ReadonlySet<string>): string | null {
  if (text === null) return null;
  return [...secrets].some((secret) => text.includes(secret)) ? sensitiveText : text;
}

/** Every attribute that differs, in the order of their names; nothing of a no-op. */
export function attributeChanges(
  change: Change,
  secrets: ReadonlySet<string> = secretsOf([change]),
): readonly AttributeChange[] {
  const found: AttributeChange[] = [];
  walk(
    {
      before: change.before,
      after: change.after,
      unknown: change.after_unknown,
      beforeSensitive: change.before_sensitive,
      afterSensitive: change.after_sensitive,
    },
    [],
    change.replace_paths,
    found,
  );
  return found.map((attribute) => ({
    ...attribute,
    before: masked(attribute.before, secrets),
    after: masked(attribute.after, secrets),
  }));
}
