import { z } from 'zod';

/** Ids are UUID v7: sortable by time, made by the writer. */
export const id = z.uuid().meta({ description: 'UUID' });
export const timestamp = z.iso.datetime({ offset: true }).meta({ description: 'ISO 8601 with an offset' });
export const name = z.string().trim().min(1, 'give it a name').max(120, 'at most 120 characters');
export const columnName = z.string().min(1).max(255);
/** What one cell of a record or one feature value can be. */
export const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Scalar = z.output<typeof scalar>;

export const columnType = z.enum(['string', 'integer', 'double', 'boolean', 'timestamp', 'date']);
export type ColumnType = z.output<typeof columnType>;
