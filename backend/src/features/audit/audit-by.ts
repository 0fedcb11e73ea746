import type { Transaction } from '../../db/database.ts';
import { recordAudit } from '../../db/record-audit.ts';
import type { Caller } from '../../http/route.ts';

/** Says in `tx` that the caller did `action` to `subject` (`model <id>`). */
export async function auditBy(
  tx: Transaction,
  caller: Caller,
  action: string,
  subject: string,
  detail: Record<string, unknown> = {},
): Promise<void> {
  await recordAudit(tx, { workspace: caller.workspace, actor: caller.user.id, action, subject, detail });
}
