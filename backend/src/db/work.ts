import type { Job } from '@foretell/core/contracts/control-api';
import type { QueueName } from '@foretell/core/contracts/messages';
import { column, table } from './columns.ts';

const { id, ref, instant, json, text, double, string, optional } = column;

export interface JobRow {
  id: string;
  workspace: string;
  type: Job['type'];
  status: Job['status'];
  /** 0 to 1. */
  progress: number;
  step: string;
  error: Job['error'];
  subjectKind: Job['subject']['kind'];
  subjectId: string;
  figures: Record<string, unknown>;
  createdAt: string;
  updatedAt: string;
  finishedAt: string | null;
}
export const jobs = table<JobRow>('jobs', {
  id,
  workspace: ref,
  type: string(40),
  status: string(16),
  progress: double,
  step: string(255),
  error: optional(json),
  subjectKind: string(16),
  subjectId: ref,
  figures: json,
  createdAt: instant,
  updatedAt: instant,
  finishedAt: optional(instant),
});

/** What must still leave the database: a message for SQS, or a new serving manifest. */
export interface OutboxRow {
  id: string;
  kind: 'message' | 'manifest';
  queue: QueueName | null;
  body: string | null;
  createdAt: string;
  /** Until then a relay is at it. */
  claimedUntil: string | null;
  sentAt: string | null;
}
export const outbox = table<OutboxRow>('outbox', {
  id,
  kind: string(16),
  queue: optional(string(40)),
  body: optional(text),
  createdAt: instant,
  claimedUntil: optional(instant),
  sentAt: optional(instant),
});

/** One row a member. `source` is what caused it, unique with the user, so that a repeated cause notifies once. */
export interface NotificationRow {
  id: string;
  workspace: string;
  user: string;
  source: string;
  kind: string;
  title: string;
  body: string;
  link: string | null;
  readAt: string | null;
  createdAt: string;
}
export const notifications = table<NotificationRow>('notifications', {
  id,
  workspace: ref,
  user: ref,
  source: string(120),
  kind: string(60),
  title: string(255),
  body: text,
  link: optional(string(512)),
  readAt: optional(instant),
  createdAt: instant,
});

/** Who did what, never changed. `actor` is a user's id, or the name of a process. */
export interface AuditEventRow {
  id: string;
  workspace: string;
  actor: string;
  action: string;
  subject: string;
  detail: Record<string, unknown>;
  createdAt: string;
}
export const auditEvents = table<AuditEventRow>('audit_events', {
  id,
  workspace: ref,
  actor: string(64),
  action: string(60),
  subject: string(120),
  detail: json,
  createdAt: instant,
});
