import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** A stack's synthesized Terraform: resources by type and name. */
const stack = z.object({
  resource: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))),
});

export type Resource = Readonly<Record<string, unknown>> & { readonly arn: string };

export interface TerraformStack {
  /** Every resource of a type with its references resolved, and the ARN it would have. */
  all(type: string): readonly Resource[];
}

const reference = /\$\{([^}]+)\}/g;

/**
 * Reads what `make synth` wrote, as if it had been applied: a reference to a resource becomes its attribute or its made-up
 * ARN. References to other stacks are left as they are, for whoever needs one to fill in.
 * @param prefix tells resources that have no name from those of another stack
 */
export function readTerraform(
  json: unknown,
  prefix: string,
  arnOf: (type: string, name: string) => string,
): TerraformStack {
  const { resource } = stack.parse(drawn(json));
  const attribute = (type: string, id: string, name: string): string | null => {
    const found = resource[type]?.[id];
    if (!found) return null;
    if (name === 'arn' || name === 'id') return arnOf(type, nameOf(found, `${prefix}/${id}`));
    if (name === 'arn_suffix')
      return (
        arnOf(type, nameOf(found, `${prefix}/${id}`))
          .split(':')
          .at(-1) ?? ''
      );
    const value = found[name];
    return typeof value === 'string' ? resolveText(value) : null;
  };
  const resolveText = (text: string): string =>
    text.replace(reference, (whole, path: string) => {
      const [type = '', id = '', name = ''] = path.split('.');
      return attribute(type, id, name) ?? whole;
    });
  const resolve = (value: unknown): unknown => {
    if (typeof value === 'string') return resolveText(value);
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolve(each)]));
  };
  return {
    all: (type) =>
      Object.entries(resource[type] ?? {}).map(([id, each]) => ({
        ...(resolve(each) as Record<string, unknown>),
        arn: arnOf(type, nameOf(each, `${prefix}/${id}`)),
      })),
  };
}

/** Terraform draws a UUID when it makes a resource, and whatever refers to it sees the same. */
const drawn = (json: unknown): unknown =>
  JSON.parse(JSON.stringify(json).replaceAll('${uuid()}', () => randomUUID()));

function nameOf(resource: Readonly<Record<string, unknown>>, id: string): string {
  for (const key of ['name', 'family', 'function_name', 'alarm_name']) {
    const value = resource[key];
    if (typeof value === 'string' && !value.includes('${')) return value;
  }
  return id;
}
