import { z } from 'zod';
import { columnName, scalar, timestamp, type Scalar } from './primitives.ts';

/** How a label's column compares. */
export const comparison = z.enum(['>', '>=', '<', '<=', '=']);
export interface Comparison {
  op: z.output<typeof comparison>;
  value: Scalar;
}

const momentWords = 'a UTC day like 2026-01-31, or a time like 2026-01-31T12:00:00Z, to the millisecond';
const finerThanMs = /\.\d{4}/;
/** A day is its first moment, 00:00 UTC. Milliseconds are what samples keep of a time. */
const moment = z
  .union([z.iso.date(), timestamp], { error: momentWords })
  .refine((text) => !finerThanMs.test(text), momentWords)
  .meta({ description: momentWords });

/**
 * What a row's column must be: "delay > 15". Text compares by its exact characters. An empty cell (null, or text without a
 * character) is what `is_empty` says; null passes nothing else. Times are half-open: `from` counts its moment, `before`
 * does not.
 */
export const condition = z
  .discriminatedUnion('op', [
    z.object({ column: columnName, op: z.enum([...comparison.options, '!=']), value: scalar }),
    z.object({ column: columnName, op: z.literal('in'), values: z.array(scalar).min(1).max(100) }),
    z
      .object({ column: columnName, op: z.literal('between'), from: z.number(), to: z.number() })
      .meta({ description: 'Both ends count.' }),
    z.object({ column: columnName, op: z.enum(['from', 'before']), value: moment }),
    z.object({ column: columnName, op: z.enum(['is_empty', 'is_not_empty']) }),
  ])
  .meta({ id: 'Condition' });
export type Condition = z.output<typeof condition>;
export type Operator = Condition['op'];
