import { isDeepStrictEqual } from 'node:util';
import type { Database, Transaction } from '@foretell/backend/db/database';
import { notify } from '@foretell/backend/db/notify';
import { enqueueManifest } from '@foretell/backend/db/outbox';
import { recordAudit } from '@foretell/backend/db/record-audit';
import { insertRows, lockRow, updateRows } from '@foretell/backend/db/rows';
import { experimentLooks, experiments, type ExperimentRow } from '@foretell/backend/db/serving';
import type { Conclusion, ExperimentLook } from '@foretell/core/contracts/experiments';
import { conclude } from '@foretell/core/domain/experiments/conclude';
import type { TakenLook } from './take-look.ts';

export type StoredLook = 'stored' | 'concluded' | 'unchanged' | 'over';

/** Whether a look says nothing that the one before it did not say. */
function saysTheSame(look: TakenLook, last: ExperimentLook | undefined): boolean {
  if (!last) return false;
  const said = ({ units, metrics, health }: TakenLook) => ({ units, metrics, health });
  // Stored looks were JSON: what is undefined is absent there.
  return isDeepStrictEqual(JSON.parse(JSON.stringify(said(look))), said(last));
}

const titles = {
  model: 'The experiment has ended: the model won',
  fallback: 'The experiment has ended: the fallback won',
  inconclusive: 'The experiment has ended without a verdict',
} as const;

async function end(tx: Transaction, { id, workspace }: ExperimentRow, conclusion: Conclusion): Promise<void> {
  const change = {
    status: 'concluded' as const,
    runningModel: null,
    endedAt: conclusion.concludedAt,
    conclusion,
  };
  await updateRows(tx, experiments, { id, status: 'running' }, change);
  // The traffic follows where the experiment was to promote its winner by itself.
  await enqueueManifest(tx);
  const { verdict, report, rule } = conclusion;
  const notice = { kind: 'experiment.concluded', title: titles[verdict], body: report };
  await notify(tx, { workspace, source: id, link: `/experiments/${id}`, ...notice });
  const detail = { verdict, rule, look: conclusion.look };
  const entry = { workspace, actor: 'workers', action: 'experiment.concluded', subject: `experiment ${id}` };
  await recordAudit(tx, { ...entry, detail });
}

/**
 * Adds a look to a running experiment, and its conclusion if the rules are met: once, in one transaction. A look that
 * says the same as the last is kept only if it ends the experiment, or if somebody asked for it.
 */
export async function storeLook(
  database: Database,
  experiment: string,
  taken: TakenLook,
  asked: boolean,
): Promise<StoredLook> {
  return database.write(async (tx) => {
    const row = await lockRow(tx, experiments, { id: experiment });
    if (row?.status !== 'running') return 'over';
    const last = await tx.findOne(experimentLooks, { where: { experiment }, order: { n: 'DESC' } });
    const look: ExperimentLook = { ...taken, n: (last?.n ?? 0) + 1 };
    const { conclusion, waitingFor } = conclude(row, look);
    if (!conclusion && !asked && saysTheSame(taken, last?.look)) return 'unchanged';
    const { workspace } = row;
    await insertRows(tx, experimentLooks, {
      experiment,
      n: look.n,
      workspace,
      at: look.at,
      look,
      waitingFor,
    });
    if (!conclusion) return 'stored';
    await end(tx, row, conclusion);
    return 'concluded';
  });
}
