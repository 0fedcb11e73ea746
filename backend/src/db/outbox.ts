import { messages, type Message, type MessageType } from '@foretell/core/contracts/messages';
import { newId } from '@foretell/core/node/new-id';
import type { Transaction } from './database.ts';
import { insertRows } from './rows.ts';
import { outbox, type OutboxRow } from './work.ts';

/**
 * The transactional outbox: what must leave the database is written beside the rows it belongs to, and the backend's
 * relay sends it afterwards. So a row and its message never part, whatever dies in between.
 */
async function add(
  tx: Transaction,
  row: Pick<OutboxRow, 'kind' | 'queue' | 'body' | 'workspace' | 'job'>,
): Promise<void> {
  await insertRows(tx, outbox, {
    ...row,
    id: newId(),
    createdAt: new Date().toISOString(),
    claimedUntil: null,
    sentAt: null,
  });
}

/**
 * Sends a message once `tx` is committed, at least once; answers its id. Throws when the payload is not what its type
 * says. `job` is the job that it starts, if any: those wait for their workspace's turn.
 */
export async function enqueueMessage<T extends MessageType>(
  tx: Transaction,
  type: T,
  workspace: string,
  payload: Message<T>['payload'],
  job: string | null = null,
): Promise<string> {
  const { queue, schema } = messages[type];
  const id = newId();
  const envelope = { id, type, version: 1, workspace, createdAt: new Date().toISOString(), payload };
  await add(tx, { kind: 'message', queue, body: JSON.stringify(schema.parse(envelope)), workspace, job });
  return id;
}

/**
 * Publishes the serving manifest anew once `tx` is committed. Call it in the transaction of whatever the manifest shows:
 * deployments, experiments, online features, API keys, datasets' columns.
 */
export async function enqueueManifest(tx: Transaction): Promise<void> {
  await add(tx, { kind: 'manifest', queue: null, body: null, workspace: null, job: null });
}
