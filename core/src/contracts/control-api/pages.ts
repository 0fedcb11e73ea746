import { z } from 'zod';

/** One page of a list, newest first; `nextCursor` asks for the next one, null when there is none. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
const limit = z
  .string()
  .regex(/^\d+$/, 'a whole number')
  .transform(Number)
  .pipe(z.int().min(1).max(200))
  .default(50)
  .meta({ override: { type: 'integer', minimum: 1, maximum: 200 } });
export const pageQuery = z.object({ cursor: z.string().max(4096).optional(), limit });
