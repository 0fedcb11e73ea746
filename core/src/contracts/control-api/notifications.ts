import { z } from 'zod';
import { id, timestamp } from '../primitives.ts';

export const notification = z
  .object({
    id,
    kind: z.string(),
    title: z.string(),
    body: z.string(),
    link: z.string().nullable(),
    readAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .meta({ id: 'Notification' });

/** Marks the named notifications read, or all of them. */
export const notificationsReadRequest = z
  .strictObject({ ids: z.array(id).max(1000).optional() })
  .meta({ id: 'NotificationsReadRequest' });
