import { z } from 'zod';
import { id, timestamp } from '../primitives.ts';

export const auditEvent = z
  .object({
    id,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.record(z.string(), z.unknown()),
    createdAt: timestamp,
  })
  .meta({ id: 'AuditEvent' });
