import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueueName } from '@foretell/core/contracts/messages';
import type { OutboxRow } from '../db/work.ts';

export type QueueUrls = Partial<Record<QueueName, string>>;
export interface Sent {
  sent: string[];
  /** Why rows were not sent, by their ids. */
  failed: Map<string, unknown>;
}

/** SQS takes ten messages, and 256 KB, at once. */
const maxBatch = 10;
const maxBatchBytes = 240_000;

export function inBatches(rows: OutboxRow[]): OutboxRow[][] {
  const batches: OutboxRow[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(row.body ?? '');
    const last = batches.at(-1);
    if (last && last.length < maxBatch && bytes + size <= maxBatchBytes) {
      last.push(row);
      bytes += size;
    } else {
      batches.push([row]);
      bytes = size;
    }
  }
  return batches;
}

async function sendBatch(sqs: SQSClient, queueUrl: string, rows: OutboxRow[], result: Sent): Promise<void> {
  const entries = rows.map(({ id, body, workspace }) => ({
    Id: id,
    MessageBody: body ?? '',
    // A fair queue: SQS lets those with few messages in flight go before those with many.
    ...(workspace === null ? {} : { MessageGroupId: workspace }),
  }));
  try {
    const answer = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    for (const { Id } of answer.Successful ?? []) if (Id !== undefined) result.sent.push(Id);
    for (const { Id, Message } of answer.Failed ?? [])
      if (Id !== undefined) result.failed.set(Id, new Error(Message ?? 'refused by SQS'));
  } catch (error) {
    for (const { id } of rows) result.failed.set(id, error);
  }
}

/** Sends each row to its queue, in order within a queue; says of each whether SQS has it. */
export async function sendMessages(sqs: SQSClient, queueUrls: QueueUrls, rows: OutboxRow[]): Promise<Sent> {
  const result: Sent = { sent: [], failed: new Map() };
  const byQueue = Map.groupBy(rows, ({ queue }) => queue);
  for (const [queue, ofQueue] of byQueue) {
    const queueUrl = queue === null ? undefined : queueUrls[queue];
    if (queueUrl === undefined) {
      for (const { id } of ofQueue) result.failed.set(id, new Error(`no URL for the queue ${String(queue)}`));
      continue;
    }
    for (const batch of inBatches(ofQueue)) await sendBatch(sqs, queueUrl, batch, result);
  }
  return result;
}
