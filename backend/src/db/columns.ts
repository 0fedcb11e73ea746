import { EntitySchema, type EntitySchemaColumnOptions, EntitySchemaOptions } from 'typeorm';

/**
 * Column kinds that mean the same on SQLite and on MySQL. Times are ISO 8601 in UTC with milliseconds, as text: they sort
 * as they are and need no driver's idea of a time zone. JSON is text.
 */
type Column = EntitySchemaColumnOptions;

const json = {
  to: (value: unknown) => (value === null || value === undefined ? value : JSON.stringify(value)),
  from: (value: unknown): unknown => (typeof value === 'string' ? JSON.parse(value) : value),
};
/** MySQL's driver answers BIGINT as text. */
const wholeNumber = {
  to: (value: unknown) => value,
  from: (value: unknown) => (value === null ? null : Number(value)),
};

export const column = {
  id: { type: 'varchar', length: 36, primary: true },
  ref: { type: 'varchar', length: 36 },
  instant: { type: 'varchar', length: 24 },
  json: { type: 'text', transformer: json },
  text: { type: 'text' },
  int: { type: 'int' },
  bigint: { type: 'bigint', transformer: wholeNumber },
  double: { type: 'double' },
  string: (length: number): Column => ({ type: 'varchar', length }),
  optional: (of: Column): Column => ({ ...of, nullable: true }),
} as const satisfies Record<string, Column | ((...args: never[]) => Column)>;

export function table<Row>(name: string, columns: Record<keyof Row, Column>): EntitySchema<Row> {
  return new EntitySchema<Row>(Object.assign(new EntitySchemaOptions<Row>(), { name, columns }));
}
