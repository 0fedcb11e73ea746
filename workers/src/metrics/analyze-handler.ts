import type { Database } from '@foretell/backend/db/database';
import { experiments, type ExperimentRow } from '@foretell/backend/db/serving';
import { everyWorkspace, type Message } from '@foretell/core/contracts/messages';
import { DomainError } from '@foretell/core/domain/errors';
import type { ReconcileExposures } from '../assignments/reconcile-exposures.ts';
import type { Handler } from '../runtime/handler.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { storeLook } from './store-look.ts';
import { takeLook } from './take-look.ts';

export interface AnalyzeDeps {
  database: Database;
  warehouse: Warehouse;
  /** Completes the warehouse's assignments before they are counted. */
  reconcile: ReconcileExposures;
  now: () => Date;
}

async function concerned(
  { read }: Database,
  { workspace, payload: { experiment: id } }: Message<'experiment.analyze'>,
): Promise<ExperimentRow[]> {
  const inWorkspace = workspace === everyWorkspace ? {} : { workspace };
  if (id === undefined) return read.findBy(experiments, { ...inWorkspace, status: 'running' });
  const row = await read.findOneBy(experiments, { ...inWorkspace, id });
  if (!row) throw new DomainError('invalid', `There is no experiment ${id}.`);
  return row.status === 'running' ? [row] : [];
}

/** `experiment.analyze`: a look at one running experiment, or at all of them. One that fails does not keep the others. */
export function createAnalyzeHandler({
  database,
  warehouse,
  reconcile,
  now,
}: AnalyzeDeps): Handler<'experiment.analyze'> {
  return async (message, { logger }) => {
    const asked = message.payload.experiment !== undefined;
    const failures: unknown[] = [];
    for (const row of await concerned(database, message)) {
      try {
        const reconciled = await reconcile(row.id);
        if (!reconciled.complete)
          logger.warn({ experiment: row.id, ...reconciled }, 'a look before all exposures were read');
        const look = await takeLook(warehouse, row, now().toISOString());
        const outcome = await storeLook(database, row.id, look, asked);
        logger.info({ experiment: row.id, units: look.units, outcome }, 'looked at an experiment');
      } catch (error) {
        logger.warn({ err: error, experiment: row.id }, 'could not look at an experiment');
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, `${failures.length} experiments failed`);
  };
}
