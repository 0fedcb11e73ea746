import { setTimeout as sleep } from 'node:timers/promises';
import { experimentResults, type ExperimentResults } from '@foretell/core/contracts/experiments';
import { z } from 'zod';
import { RefusedError, type ControlApi } from './api-client.ts';
import { percent, points, thousands, type Printer } from './print.ts';
import type { DemoReport } from './report.ts';

const patienceMs = 180_000;

/**
 * Asks for looks until all `units` are counted and, if `untilVerdict`, the rules have ended the experiment, or a second look
 * at all of them has not. What there is after a few minutes is answered.
 */
export async function waitForResults(
  api: ControlApi,
  experiment: string,
  units: number,
  untilVerdict: boolean,
): Promise<ExperimentResults> {
  const deadline = Date.now() + patienceMs;
  let firstOfAll: number | null = null;
  for (;;) {
    await askForLook(api, experiment);
    await sleep(1000);
    const results = await api.get(`/experiments/${experiment}/results`, experimentResults);
    if (results.verdict !== 'running') return results;
    const { latest } = results;
    const counted = latest ? latest.units.model + latest.units.fallback : 0;
    if (latest && counted >= units) {
      firstOfAll ??= latest.n;
      if (!untilVerdict || latest.n > firstOfAll) return results;
    }
    if (Date.now() > deadline) return results;
  }
}

/** A look that was still under way may have ended the experiment since: there is none to ask for then. */
async function askForLook(api: ControlApi, experiment: string): Promise<void> {
  try {
    await api.post(`/experiments/${experiment}/looks`, {}, z.unknown());
  } catch (error) {
    if (!(error instanceof RefusedError && error.status === 409)) throw error;
  }
}

export function summarizeResults(results: ExperimentResults): NonNullable<DemoReport['experiment']> {
  const primary = results.latest?.metrics.find((metric) => metric.role === 'primary');
  return {
    id: results.experiment.id,
    verdict: results.verdict,
    estimate: primary?.estimate ?? null,
    low: primary?.low ?? null,
    high: primary?.high ?? null,
    n: results.latest?.units ?? { model: 0, fallback: 0 },
  };
}

export function printResults(results: ExperimentResults, printer: Printer): void {
  const { latest, experiment } = results;
  if (!latest) {
    printer.line('no look has been taken yet');
    return;
  }
  printer.line(
    `units: ${thousands(latest.units.model)} got the model, ${thousands(latest.units.fallback)} the fallback`,
  );
  printer.line(`sample ratio: e-value ${latest.health.sampleRatioE.toPrecision(3)} (alarm above 1000)`);
  for (const metric of latest.metrics) {
    printer.line(
      `${metric.metric}: ${percent(metric.means.model)} with the model, ${percent(metric.means.fallback)} without`,
    );
    if (metric.estimate !== null && metric.low !== null && metric.high !== null) {
      printer.line(
        `  difference ${points(metric.estimate)} points, 95 % always-valid interval ${points(metric.low)} to ${points(metric.high)}`,
      );
    }
  }
  printer.line(`verdict: ${results.verdict}`);
  if (experiment.conclusion) printer.line(experiment.conclusion.report);
  for (const reason of results.waitingFor) printer.line(`  still waiting: ${reason}`);
}
