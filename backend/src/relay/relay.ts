import type { Logger } from '@foretell/core/node/logger';
import type { OutboxRow } from '../db/work.ts';
import type { OutboxStore } from './outbox-store.ts';
import { repeat } from './repeat.ts';
import type { Sent } from './send-messages.ts';

export interface RelayDependencies {
  store: OutboxStore;
  logger: Logger;
  send: (rows: OutboxRow[]) => Promise<Sent>;
  publishManifest: () => Promise<boolean>;
}

const pace = { pollMs: 200, maxBackOffMs: 10_000 };
const batchSize = 100;

const idsOf = (rows: OutboxRow[]) => rows.map(({ id }) => id);

/** What is in the outbox leaves it, at least once: messages to SQS, a dirty mark as one new manifest. */
export function createRelay({ store, logger, send, publishManifest }: RelayDependencies) {
  async function publish(marks: OutboxRow[]): Promise<boolean> {
    if (marks.length === 0) return true;
    try {
      if (await publishManifest()) logger.info('published the serving manifest');
      await store.markSent(idsOf(marks));
      return true;
    } catch (error) {
      logger.warn({ err: error }, 'could not publish the serving manifest: will try again');
      await store.release(idsOf(marks));
      return false;
    }
  }

  async function sendAll(rows: OutboxRow[]): Promise<boolean> {
    if (rows.length === 0) return true;
    const { sent, failed } = await send(rows);
    await store.markSent(sent);
    const [error] = failed.values();
    if (failed.size === 0) return true;
    logger.warn({ err: error, messages: failed.size }, 'could not send messages: will try again');
    await store.release([...failed.keys()]);
    return false;
  }

  /** One turn. False: something could not leave. */
  async function relayOnce(): Promise<boolean> {
    if (!(await store.hasOpen())) return true;
    const rows = await store.take(batchSize);
    const published = await publish(rows.filter(({ kind }) => kind === 'manifest'));
    const sent = await sendAll(rows.filter(({ kind }) => kind === 'message'));
    return published && sent;
  }

  async function turn(): Promise<boolean> {
    try {
      return await relayOnce();
    } catch (error) {
      logger.warn({ err: error }, 'the outbox could not be read: will try again');
      return false;
    }
  }

  /** Runs until the answered function is called and the present turn is over. */
  const start = () => repeat(turn, pace);

  return { relayOnce, start };
}
