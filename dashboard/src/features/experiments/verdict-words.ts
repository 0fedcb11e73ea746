import type {
  Experiment,
  ExperimentResults,
  Metric,
  MetricResult,
} from '@foretell/core/contracts/experiments';
import { formatCount, formatNumber, formatShare, formatSigned, plural } from '../../format/numbers.ts';

export type Outcome = ExperimentResults['verdict'] | 'stopped';

export const outcomeLooks: Record<Outcome, { color: string; label: string; title: string }> = {
  model: { color: 'teal', label: 'the model wins', title: 'The model wins' },
  fallback: { color: 'orange', label: 'the fallback wins', title: 'The fallback wins' },
  inconclusive: { color: 'gray', label: 'no difference found', title: 'No difference was found' },
  running: { color: 'blue', label: 'running', title: 'Still running' },
  stopped: { color: 'gray', label: 'stopped', title: 'Stopped before a verdict' },
};

export function outcomeOf({ status, conclusion }: Pick<Experiment, 'status' | 'conclusion'>): Outcome {
  return conclusion?.verdict ?? (status === 'stopped' ? 'stopped' : 'running');
}

/** How a metric's values are shown: conversions as percentages, all else as numbers. */
export function metricFormat(kind: Metric['kind'] | undefined) {
  const isShare = kind === 'conversion';
  const show = isShare ? (value: number) => formatShare(value, 2) : formatNumber;
  return {
    mean: show,
    /** A bound of a difference as shown: two shares are never further apart than 1, however few units there are. */
    bound: (value: number) => (isShare ? Math.min(1, Math.max(-1, value)) : value),
    /** A difference of two means, signed. */
    difference: (value: number) =>
      formatSigned(value, isShare ? (x) => `${(x * 100).toFixed(2)} points` : formatNumber),
    /** For an axis: short, unsigned zero. */
    tick: (value: number) => (isShare ? (value * 100).toFixed(1) : formatNumber(value)),
    unit: isShare ? 'percentage points' : 'per unit',
  };
}

/** What one metric says so far, in a sentence. */
export function estimateWords(result: MetricResult, kind: Metric['kind'] | undefined): string {
  const { estimate, low, high } = result;
  if (estimate === null || low === null || high === null) return 'Too few units yet for an estimate.';
  const { bound, difference } = metricFormat(kind);
  if (kind === 'conversion' && low <= -1 && high >= 1) {
    const units = result.groups.model.n + result.groups.fallback.n;
    return `Nothing can be said yet: of ${plural(units, 'unit')}, any difference is still possible.`;
  }
  const span = `between ${difference(bound(low))} and ${difference(bound(high))}`;
  if (low > 0) return `The model’s group is ahead by ${difference(estimate)} (${span}).`;
  if (high < 0) return `The model’s group is behind by ${difference(estimate)} (${span}).`;
  return `The difference is ${difference(estimate)}, but it may be anything ${span}.`;
}

/** How far a metric is from a verdict, if its difference is what it seems. */
export function outlookWords(result: MetricResult, kind: Metric['kind'] | undefined): string | null {
  const { outlook, groups, low, high } = result;
  if (!outlook || low === null || high === null) return null;
  const { mean } = metricFormat(kind);
  const size =
    kind === 'conversion' ? `${(outlook.detectable * 100).toFixed(2)} points` : mean(outlook.detectable);
  const counted = groups.model.n + groups.fallback.n;
  const smallest =
    kind === 'conversion' && outlook.detectable > 1
      ? `${plural(counted, 'unit')}: too few to find any difference.`
      : `With ${plural(counted, 'unit')}, differences from ${size} on are found.`;
  if (low > 0 || high < 0) return smallest;
  const { expectedUnits } = outlook;
  const needed =
    expectedUnits === null || expectedUnits > 1e9
      ? 'So far it looks like no difference: no number of units would show one.'
      : `If the difference is what it seems, it takes about ${formatCount(expectedUnits)} units; the chance to see it by now was ${formatShare(outlook.power, 0)}.`;
  return `${needed} ${smallest}`;
}

/** What CUPED did to an estimate. */
export function adjustmentWords({ adjustment }: MetricResult): string | null {
  if (!adjustment) return null;
  return `Sharpened by the 14 days before each unit’s first prediction: ${formatShare(adjustment.varianceReduction, 0)} less variance. The groups’ own figures stay as counted.`;
}

export const fallbackWords = (fallback: Experiment['fallback']) =>
  fallback.kind === 'random' ? 'a random answer' : `always “${String(fallback.value)}”`;
