import type { Assignment } from '@foretell/core/contracts/messages';
import { experimentKey, experimentShards } from '@foretell/core/contracts/predictions-table';
import type { StagedLoadDeps } from '../warehouse/staged-load.ts';
import type { ExposureLog } from './exposure-log.ts';
import { moveWatermark, readWatermark } from './exposure-watermark.ts';
import { loadAssignments } from './load-assignments.ts';

export interface ReconcileDeps extends StagedLoadDeps {
  log: ExposureLog;
  now: () => Date;
}

export interface Reconciled {
  /** Predictions read, and the units they came to (a unit counts again in each load). */
  predictions: number;
  units: number;
  /** False: more has been logged than one turn reads. The next goes on from there. */
  complete: boolean;
}

export type ReconcileExposures = (experiment: string) => Promise<Reconciled>;

/**
 * A prediction is read again until it is this old: it can reach the index later than its time says, by its writer's
 * deadline (10 s), the index's delay and the replicas' clocks.
 */
const settledMs = 5 * 60_000;
export interface ReconcileLimits {
  /** Units held before they are loaded. */
  maxUnits: number;
  /** Pages (of 1 MB) read of a shard in one turn. */
  maxPages: number;
}

const defaultLimits = { maxUnits: 20_000, maxPages: 500 };

/**
 * Makes the warehouse's assignments complete from the prediction log. The prediction API tells of exposures by SQS, which
 * is fast and may lose what waits in a process that dies; the log holds every answered prediction (ADR 0011). What is in
 * the warehouse already changes nothing: the first exposure wins.
 */
export function createReconcileExposures(
  deps: ReconcileDeps,
  { maxUnits, maxPages }: ReconcileLimits = defaultLimits,
): ReconcileExposures {
  const { log, warehouse, now } = deps;

  async function reconcileShard(experiment: string, shard: number): Promise<Reconciled> {
    const source = experimentKey(experiment, shard);
    const settled = new Date(now().getTime() - settledMs).toISOString();
    const total = { predictions: 0, units: 0, complete: true };
    let first = new Map<string, Assignment>();
    let readTo = '';

    async function load(): Promise<void> {
      if (first.size === 0) return;
      const watermark = readTo < settled ? readTo : settled;
      await loadAssignments(deps, [...first.values()], moveWatermark(source, watermark));
      total.units += first.size;
      first = new Map();
    }

    let pages = 0;
    for await (const page of log.pages(experiment, shard, await readWatermark(warehouse, source))) {
      for (const exposure of page) if (!first.has(exposure.unit)) first.set(exposure.unit, exposure);
      readTo = page.at(-1)?.exposedAt ?? readTo;
      total.predictions += page.length;
      if (first.size >= maxUnits) await load();
      if (++pages < maxPages) continue;
      total.complete = false;
      break;
    }
    await load();
    return total;
  }

  return async (experiment) => {
    const total = { predictions: 0, units: 0, complete: true };
    for (let shard = 0; shard < experimentShards; shard++) {
      const { predictions, units, complete } = await reconcileShard(experiment, shard);
      total.predictions += predictions;
      total.units += units;
      total.complete &&= complete;
    }
    return total;
  };
}
