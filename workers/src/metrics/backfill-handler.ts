import type { Database } from '@foretell/backend/db/database';
import { experiments } from '@foretell/backend/db/serving';
import { DomainError } from '@foretell/core/domain/errors';
import { preDays } from '@foretell/core/domain/experiments/metric-sql';
import { recordsPrefix } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import type { Handler } from '../runtime/handler.ts';
import type { SendMessage } from '../runtime/send-message.ts';

export interface BackfillDeps {
  database: Database;
  lake: Lake;
  send: SendMessage;
}

const dayMs = 86_400_000;
/** Records are kept by the day they came; those of the first day looked back at came that day or the next. */
const firstDay = (startedAt: string) =>
  new Date(Date.parse(startedAt) - (preDays + 1) * dayMs).toISOString().slice(0, 10);

/**
 * `metric-events.backfill`: the streamed records of the days before an experiment, and whatever came while it started, are
 * loaded as metric events. What is loaded already changes nothing.
 */
export function createBackfillHandler({
  database,
  lake,
  send,
}: BackfillDeps): Handler<'metric-events.backfill'> {
  return async ({ workspace, payload }, { logger }) => {
    const row = await database.read.findOneBy(experiments, { id: payload.experiment, workspace });
    if (!row) throw new DomainError('invalid', `There is no experiment ${payload.experiment}.`);
    const sources = new Map(
      row.metrics.map(({ dataset, unitColumn }) => [`${dataset} ${unitColumn}`, { dataset, unitColumn }]),
    );
    let files = 0;
    for (const { dataset, unitColumn } of sources.values()) {
      const prefix = recordsPrefix(workspace, dataset);
      for (const recordsKey of await lake.list(prefix, `${prefix}${firstDay(row.startedAt)}`)) {
        await send('metric-events.load', workspace, { dataset, recordsKey, unitColumn });
        files++;
      }
    }
    logger.info({ experiment: row.id, files }, 'events from before an experiment are being loaded');
  };
}
