/** A resource as synthesized or as planned: what policies look at. */
export interface Resource {
  /** e.g. `aws_s3_bucket.lake` */
  readonly address: string;
  readonly type: string;
  /** Values not known before apply are `unknownValue`. */
  readonly values: JsonObject;
}

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export const unknownValue = '(known after apply)';

export interface Policy {
  readonly name: string;
  /** What is asked, in words. */
  readonly rule: string;
  /** Every violation, as `address: what is wrong`. */
  readonly check: (resources: readonly Resource[]) => readonly string[];
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Blocks are written as an object or as a list of them. */
export function blocks(values: JsonObject, name: string): readonly JsonObject[] {
  const value = values[name];
  if (Array.isArray(value)) return value.filter((item: Json) => isObject(item));
  return isObject(value) ? [value] : [];
}

/** A policy document in an attribute, or null when it is not written out (a reference, or not known yet). */
export function documentIn(value: Json | undefined): JsonObject | null {
  if (typeof value !== 'string' || !value.startsWith('{')) return null;
  try {
    // Data that somebody else wrote; anything that is not an object is no policy document.
    const parsed = JSON.parse(value) as Json;
    return isObject(parsed) ? parsed : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export const statementsOf = (document: JsonObject): readonly JsonObject[] => blocks(document, 'Statement');

/** IAM writes one value where it could write a list. */
export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

/** A policy that asks one thing of every resource of some types. */
export function eachOf(
  types: readonly string[],
  wrong: (resource: Resource) => readonly string[],
): Policy['check'] {
  return (resources) =>
    resources
      .filter(({ type }) => types.includes(type))
      .flatMap((resource) => wrong(resource).map((problem) => `${resource.address}: ${problem}`));
}

export const unless = (ok: boolean, problem: string): readonly string[] => (ok ? [] : [problem]);

/** As text, to be looked into or shown: nothing for what is not there. */
export const textOf = (value: Json | undefined): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
