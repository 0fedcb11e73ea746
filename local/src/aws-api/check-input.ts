import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from './aws-error.ts';

type Schema = NormalizedSchema;

/**
 * Checks a request against the AWS SDK's own model of its shape: unknown fields, missing required ones and values of the
 * wrong kind are refused, each named by its path. Lengths, patterns and enums are not in the SDK's models.
 * @throws AwsError `ValidationException`
 */
export function checkInput(schema: Schema, value: unknown, path = ''): void {
  if (value === null || value === undefined) return;
  if (schema.isStructSchema()) checkStruct(schema, value, path);
  else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw refuse(path, 'a list', value);
    for (const [index, item] of value.entries())
      checkInput(schema.getValueSchema(), item, `${path}[${index}]`);
  } else if (schema.isMapSchema()) {
    for (const [key, item] of Object.entries(objectAt(value, path)))
      checkInput(schema.getValueSchema(), item, `${path}.${key}`);
  } else checkSimple(schema, value, path);
}

function checkStruct(schema: Schema, value: unknown, path: string): void {
  const given = objectAt(value, path);
  const members = new Map(schema.structIterator());
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  for (const [name, item] of Object.entries(given)) {
    const member = members.get(name);
    if (!member)
      throw new AwsError(
        'ValidationException',
        `${at(name)}: there is no such field in ${schema.getName() ?? 'the request'}`,
      );
    checkInput(member, item, at(name));
  }
  for (const name of requiredOf(schema))
    if (given[name] === undefined || given[name] === null)
      throw new AwsError('ValidationException', `${at(name)}: is required`);
}

/** The SDK lists a structure's required members first, and says how many they are. */
function requiredOf(schema: Schema): readonly string[] {
  const [kind, , , , names, , count] = schema.getSchema() as unknown as readonly unknown[];
  const structure = 3;
  if (kind !== structure || typeof count !== 'number') return [];
  return (names as string[]).slice(0, count);
}

function checkSimple(schema: Schema, value: unknown, path: string): void {
  if (schema.isBooleanSchema() && typeof value !== 'boolean') throw refuse(path, 'true or false', value);
  if (schema.isNumericSchema() && typeof value !== 'number') throw refuse(path, 'a number', value);
  if (schema.isStringSchema() && typeof value !== 'string') throw refuse(path, 'a text', value);
}

function objectAt(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refuse(path === '' ? 'the request' : path, 'an object', value);
  return value as Record<string, unknown>;
}

const refuse = (path: string, wanted: string, value: unknown) =>
  new AwsError('ValidationException', `${path}: should be ${wanted}, and is ${JSON.stringify(value)}`);
