import { id } from '@foretell/core/contracts/primitives';
import { z } from 'zod';

/** /api/…/{id} */
export const byId = z.object({ id });

const positive = z
  .string()
  .regex(/^[1-9]\d{0,8}$/)
  .transform(Number)
  .meta({ override: { type: 'integer', minimum: 1 } });
/** /api/…/{id}/…/{n} */
export const byIdAndNumber = z.object({ id, n: positive });
