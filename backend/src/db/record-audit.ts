import { newId } from '@foretell/core/node/new-id';
import type { Transaction } from './database.ts';
import { insertRows } from './rows.ts';
import { auditEvents, type AuditEventRow } from './work.ts';

export type AuditEntry = Pick<AuditEventRow, 'workspace' | 'actor' | 'action' | 'subject'> & {
  detail?: Record<string, unknown>;
};

/** Says who did what, in the transaction that does it. */
export async function recordAudit(tx: Transaction, entry: AuditEntry): Promise<void> {
  await insertRows(tx, auditEvents, {
    id: newId(),
    detail: {},
    ...entry,
    createdAt: new Date().toISOString(),
  });
}
