import type { Metric } from '../../contracts/experiments.ts';
import { unitsToDetect, type Detection } from './outlook.ts';
import { proportion, ratio, sampleMean, type RatioSums, type Statistic } from './statistic.ts';

/** One event as a metric reads it: numbers are null where the event has none. */
export interface PreviewEvent {
  unit: string;
  atMs: number;
  value: number | null;
  denominator: number | null;
}

const hourMs = 3_600_000;
const lifts = [0.05, 0.1, 0.2];

interface UnitValue {
  y: number;
  d: number;
}

function numberOf({ kind, valueColumn }: Metric, { value }: PreviewEvent): number {
  if (kind === 'sum' || kind === 'ratio') return value ?? 0;
  return valueColumn === undefined || (value ?? 0) > 0 ? 1 : 0;
}

/** Each unit's events within the window from its first. */
function valuesOf(metric: Metric, events: readonly PreviewEvent[]): UnitValue[] {
  const firstMs = new Map<string, number>();
  for (const { unit, atMs } of events) firstMs.set(unit, Math.min(firstMs.get(unit) ?? Infinity, atMs));
  const values = new Map<string, UnitValue>();
  for (const event of events) {
    if (event.atMs >= (firstMs.get(event.unit) ?? 0) + metric.windowHours * hourMs) continue;
    const value = values.get(event.unit) ?? { y: 0, d: 0 };
    values.set(event.unit, value);
    value.y += numberOf(metric, event);
    value.d += event.denominator ?? 0;
    if (metric.kind === 'conversion') value.y = Math.min(value.y, 1);
  }
  return [...values.values()];
}

/** As PERCENTILE_CONT: between two values, in proportion. */
function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = at * (sorted.length - 1);
  const [below = 0, above = below] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (place - Math.floor(place)) * (above - below);
}

function statisticOf(kind: Metric['kind'], values: readonly UnitValue[]): Statistic {
  const sums: RatioSums = {
    n: values.length,
    sum: 0,
    sumSquares: 0,
    denominatorSum: 0,
    denominatorSumSquares: 0,
    sumProducts: 0,
  };
  for (const { y, d } of values) {
    sums.sum += y;
    sums.sumSquares += y * y;
    sums.denominatorSum += d;
    sums.denominatorSumSquares += d * d;
    sums.sumProducts += y * d;
  }
  if (kind === 'ratio') return ratio(sums);
  return (kind === 'conversion' ? proportion : sampleMean)(sums);
}

/** What a metric makes of real events before any experiment, and how many units it would take to see it change. */
export function previewMetric(
  metric: Metric,
  events: readonly PreviewEvent[],
  options: Pick<Detection, 'alpha' | 'tuningUnits'>,
) {
  const raw = valuesOf(metric, events);
  const { winsorizeAt, kind } = metric;
  const capped = kind === 'sum' && winsorizeAt !== undefined && raw.length > 0;
  const cap = capped
    ? quantile(
        raw.map(({ y }) => y),
        winsorizeAt,
      )
    : null;
  const values = cap === null ? raw : raw.map(({ y, d }) => ({ y: Math.min(y, cap), d }));
  const { n, mean, variance } = statisticOf(kind, values);
  return {
    units: n,
    converted: values.filter(({ y, d }) => (kind === 'ratio' ? d : y) !== 0).length,
    mean,
    standardDeviation: Math.sqrt(variance),
    largest: raw.reduce((largest, { y }) => Math.max(largest, y), 0),
    cap,
    // Half of the units in each group: n · SE² = σ²/½ + σ²/½.
    unitsToDetect: lifts.map((lift) => ({
      lift,
      units:
        variance === 0 || mean === 0
          ? null
          : unitsToDetect({ ...options, difference: lift * mean, unitVariance: 4 * variance }),
    })),
  };
}
