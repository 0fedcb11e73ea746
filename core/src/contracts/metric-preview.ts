import { z } from 'zod';
import { metric } from './experiments.ts';
import { timestamp } from './primitives.ts';

/** A metric as an experiment would have it; nothing of it is kept. */
export const metricPreviewRequest = metric.meta({ id: 'MetricPreviewRequest' });

/** What a metric makes of the newest events, as if each unit had been exposed at its first of them. */
export const metricPreview = z
  .object({
    /** Events read, and those without a unit, which no metric can count. */
    records: z.int(),
    recordsWithoutUnit: z.int(),
    from: timestamp.nullable(),
    to: timestamp.nullable(),
    units: z.int(),
    /** Units whose value is not 0. Units without any event are not known here: an experiment counts them as 0. */
    converted: z.int(),
    /** The share, mean or ratio over the units, and the standard deviation of one unit's. */
    mean: z.number(),
    standardDeviation: z.number(),
    largest: z.number(),
    /** Values above it count as it (`winsorizeAt`). */
    cap: z.number().nullable(),
    /** Units of both groups, half each, that find a change of `lift` (0.1: by a tenth) with a chance of 80 %. */
    unitsToDetect: z.array(z.object({ lift: z.number(), units: z.int().nullable() })),
    /** The newest events as the metric reads them. */
    examples: z.array(z.object({ unit: z.string(), at: timestamp, value: z.number().nullable() })),
    /** What Redshift will run, its parameters named above it. */
    sql: z.string(),
  })
  .meta({ id: 'MetricPreview' });
export type MetricPreview = z.output<typeof metricPreview>;
