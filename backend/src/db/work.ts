import type { Job } from '@foretell/core/contracts/control-api/jobs';
import type { QueueName } from '@foretell/core/contracts/messages';
import { In } from 'typeorm';
import { column, table } from './columns.ts';

const { id, ref, instant, int, json, text, double, string, optional } = column;

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
  /** 1, and one more with each retry. */
  attempt: number;
  /** The attempts before this one, oldest first. */
  history: Job['history'] | null;
  /** What the message carries, for another attempt. */
  payload: Record<string, unknown> | null;
  /** The id of the message this attempt waits for, or runs by. */
  message: string | null;
  /** When a worker first began this attempt. */
  startedAt: string | null;
  /** When a worker last said that it is at it. */
  heartbeatAt: string | null;
  createdAt: string;
  updatedAt: string;
  finishedAt: string | null;
}
/** The status of a job that is not over. */
export const unfinishedJob = In(['queued', 'running'] satisfies Job['status'][]);

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
  attempt: int,
  history: optional(json),
  payload: optional(json),
  message: optional(ref),
  startedAt: optional(instant),
  heartbeatAt: optional(instant),
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
  /** Whom a message is for. */
  workspace: string | null;
  /** The job a message starts: a workspace's jobs leave the outbox only a few at a time. */
  job: string | null;
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
  workspace: optional(ref),
  job: optional(ref),
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
