import { messages, type Message, type MessageType } from '@foretell/core/contracts/messages';
import { newId } from '@foretell/core/node/new-id';
import type { Transaction } from './database.ts';
import { insertRows } from './rows.ts';
import { outbox, type OutboxRow } from './work.ts';

/**
 * The transactional outbox: what must leave the database is written beside the rows it belongs to, and the backend's
 * relay sends it afterwards. So a row and its message never part, whatever dies in between.
 */
async function add(tx: Transaction, row: Pick<OutboxRow, 'kind' | 'queue' | 'body'>): Promise<string> {
  const id = newId();
  await insertRows(tx, outbox, {
    ...row,
    id,
    createdAt: new Date().toISOString(),
    claimedUntil: null,
    sentAt: null,
  });
  return id;
}

/** Sends a message once `tx` is committed, at least once. Throws when the payload is not what its type says. */
export async function enqueueMessage<T extends MessageType>(
  tx: Transaction,
  type: T,
  workspace: string,
  payload: Message<T>['payload'],
): Promise<void> {
  const { queue, schema } = messages[type];
  const envelope = { id: newId(), type, version: 1, workspace, createdAt: new Date().toISOString(), payload };
  await add(tx, { kind: 'message', queue, body: JSON.stringify(schema.parse(envelope)) });
}

/**
 * Publishes the serving manifest anew once `tx` is committed. Call it in the transaction of whatever the manifest shows:
 * deployments, experiments, online features, API keys, datasets' columns.
 */
export async function enqueueManifest(tx: Transaction): Promise<void> {
  await add(tx, { kind: 'manifest', queue: null, body: null });
}
