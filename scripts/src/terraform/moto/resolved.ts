import { isObject, type Json, type Resource } from '@foretell/infra/policies/resource';
import { synthesized } from '@foretell/infra/testing/synthesized';

const stacks = synthesized();

/** Every resource of a type in one synthesized stack. */
export const resourcesOf = (stack: string, type: string): readonly Resource[] =>
  stacks
    .filter(({ name }) => name === stack)
    .flatMap(({ resources }) => resources.filter((resource) => resource.type === type));

/** Puts in the place of each of Terraform's references what `answered` says, wherever in the value it stands. */
export function resolve<Value extends Json>(value: Value, answered: (reference: string) => string): Value {
  const walk = (part: Json): Json => {
    if (typeof part === 'string')
      return part.replaceAll(/\$\{([^}]+)\}/g, (_, reference: string) => answered(reference));
    if (Array.isArray(part)) return part.map((item: Json) => walk(item));
    if (!isObject(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([key, child]) => [key, walk(child ?? null)]));
  };
  // The same shape, with other texts in it.
  return walk(value) as Value;
}
