import type { Database } from '@foretell/backend/db/database';
import { wasRemoved } from '@foretell/backend/db/removals';
import { experiments } from '@foretell/backend/db/serving';
import type { Handler } from '../runtime/handler.ts';
import { createCoalescer } from '../warehouse/coalesce.ts';
import type { StagedLoadDeps } from '../warehouse/staged-load.ts';
import { fitsWarehouse, loadMetricEvents, type MetricEvent } from './load-metric-events.ts';
import { readMetricEvents } from './read-metric-events.ts';

export interface MetricEventsDeps extends StagedLoadDeps {
  database: Database;
  workDir: string;
}

/** The columns that any metric on the dataset sums or compares. */
async function valueColumns({ read }: Database, workspace: string, dataset: string): Promise<string[]> {
  const rows = await read.findBy(experiments, { workspace });
  const metrics = rows.flatMap((row) => row.metrics).filter((metric) => metric.dataset === dataset);
  const named = metrics.flatMap(({ valueColumn, denominatorColumn }) => [valueColumn, denominatorColumn]);
  return [...new Set(named)].filter((column) => column !== undefined);
}

/** `metric-events.load`: a file of records into the warehouse; messages handled at the same time are loaded together. */
export function createMetricEventsHandler(deps: MetricEventsDeps): Handler<'metric-events.load'> {
  const load = createCoalescer<MetricEvent>((events) => loadMetricEvents(deps, events), {
    delayMs: 200,
    maxItems: 100_000,
  });
  return async ({ workspace, payload: { dataset, recordsKey: key, unitColumn, receivedAt } }, { logger }) => {
    // Its files go with it.
    if (await wasRemoved(deps.database.read, workspace, dataset)) return;
    const columns = await valueColumns(deps.database, workspace, dataset);
    const received = receivedAt === undefined ? null : new Date(receivedAt);
    const file = { key, dataset, unitColumn, valueColumns: columns, receivedAt: received };
    const read = await readMetricEvents(deps.lake, deps.workDir, file);
    const events = read.filter(fitsWarehouse);
    const left = read.length - events.length;
    if (left > 0)
      logger.warn(
        { dataset, unitColumn, left },
        'events with a unit or a time that no prediction has were left out',
      );
    if (events.length > 0) await load(events);
    logger.info({ dataset, unitColumn, events: events.length }, 'metric events loaded');
  };
}
