import { z } from 'zod';
import { columnName, id, name, timestamp } from './primitives.ts';
import { fallback } from './serving-manifest.ts';

/** A metric on an event dataset: only a unit's events after its first exposure, within `windowHours` of it, count. */
export const metric = z.object({
  name,
  kind: z.enum(['conversion', 'count', 'sum', 'ratio']),
  /** The event dataset; its records carry the unit in `unitColumn`. */
  dataset: id,
  unitColumn: columnName,
  /** conversion: events with a value > 0 (any event when absent); sum and ratio: the value summed. */
  valueColumn: columnName.optional(),
  /** ratio: the denominator's column. */
  denominatorColumn: columnName.optional(),
  windowHours: z
    .number()
    .positive()
    .default(24 * 7),
  /** sum: values per unit above this quantile of all units count as the quantile. */
  winsorizeAt: z.number().min(0.5).max(1).optional(),
  /** Sharpens the estimate by what each unit did in the 14 days before its exposure (CUPED). Not for a ratio. */
  cuped: z.boolean().default(false),
  role: z.enum(['primary', 'secondary', 'guardrail']).default('primary'),
  /** Which direction is better; a guardrail is harmful on the other side. */
  better: z.enum(['higher', 'lower']).default('higher'),
});
export type Metric = z.output<typeof metric>;

export const experimentRules = z.object({
  alpha: z.number().min(0.001).max(0.2).default(0.05),
  /** N* of the always-valid interval: the number of units it is tightest at. */
  tuningUnits: z.int().min(100).default(5000),
  minConversionsPerGroup: z.int().min(0).default(100),
  minDays: z.number().min(0).default(7),
  maxDays: z.number().positive().default(90),
  maxUnits: z.int().positive().default(10_000_000),
  autoPromote: z.boolean().default(false),
});
export type ExperimentRules = z.output<typeof experimentRules>;

/** The body of a deployment's `experiment`. */
export const experimentRequest = z.object({
  fallback,
  split: z.number().min(0.01).max(0.99).default(0.5),
  metrics: z.array(metric).min(1).max(20),
  rules: experimentRules.prefault({}),
});

export const groupName = z.enum(['model', 'fallback']);

/**
 * What the metric SQL returns for one group: n units, sums and sums of squares of y; for a ratio of its denominator d and of
 * y·d too; for any other kind of x, the same metric before exposure, and of y·x.
 */
export const groupSums = z.object({
  n: z.int(),
  sum: z.number(),
  sumSquares: z.number(),
  denominatorSum: z.number().optional(),
  denominatorSumSquares: z.number().optional(),
  sumProducts: z.number().optional(),
  preSum: z.number().optional(),
  preSumSquares: z.number().optional(),
  preSumProducts: z.number().optional(),
  conversions: z.int(),
});
export type GroupSums = z.output<typeof groupSums>;

export const metricResult = z.object({
  metric: z.string(),
  role: z.enum(['primary', 'secondary', 'guardrail']),
  groups: z.object({ model: groupSums, fallback: groupSums }),
  /** Group means (or ratios), as counted: never adjusted. */
  means: z.object({ model: z.number(), fallback: z.number() }),
  /** model − fallback, absolute, with its always-valid interval and p; null while a group has too few units. */
  estimate: z.number().nullable(),
  standardError: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  p: z.number().nullable(),
  /** CUPED: θ, and the share of the estimate's variance it took away; null when nothing was adjusted. */
  adjustment: z.object({ theta: z.number(), varianceReduction: z.number() }).nullish(),
  /** How far it has come, if the difference is what it seems; see `outlook`. */
  outlook: z
    .object({
      /** The chance that a look at this many units excludes 0. */
      power: z.number(),
      /** The smallest difference that such a look finds with a chance of 80 %. */
      detectable: z.number(),
      /** Units of both groups at which a look excludes 0 with a chance of 80 %; null when beyond counting. */
      expectedUnits: z.int().nullable(),
    })
    .nullish(),
  /** estimate / fallback mean: shown, never decided on. */
  relativeLift: z.number().nullable(),
  sql: z.string(),
});
export type MetricResult = z.output<typeof metricResult>;

export const experimentHealth = z.object({
  /** e-value of the sample-ratio test; above 1000 is an alarm. */
  sampleRatioE: z.number(),
  sampleRatioAlarm: z.boolean(),
  unitsInBothGroups: z.int(),
  /** Units whose group is not the one that seed and split give, of those recomputed in the warehouse. */
  unitsInWrongGroup: z.int().optional(),
  eventsWithoutExposure: z.int(),
  /** Events of exposed units that came more than a day after they happened: the looks in between missed them. */
  lateEvents: z.int().optional(),
  /** model − fallback in the 14 days before exposure, when the groups were treated alike. */
  preExposure: z
    .array(
      z.object({
        metric: z.string(),
        estimate: z.number(),
        low: z.number(),
        high: z.number(),
        alarm: z.boolean(),
      }),
    )
    .optional(),
  /** What a metric lacks, in words. */
  missingData: z.array(z.object({ metric: z.string(), detail: z.string() })).optional(),
});
export type ExperimentHealth = z.output<typeof experimentHealth>;

/** One look at a running experiment, stored and never rewritten. */
export const experimentLook = z.object({
  n: z.int(),
  at: timestamp,
  units: z.object({ model: z.int(), fallback: z.int() }),
  metrics: z.array(metricResult),
  health: experimentHealth,
});
export type ExperimentLook = z.output<typeof experimentLook>;

export const verdict = z.enum(['model', 'fallback', 'inconclusive']);
export type Verdict = z.output<typeof verdict>;
export const conclusion = z.object({
  verdict,
  /** The rule that ended it, in words. */
  rule: z.string(),
  report: z.string(),
  look: z.int(),
  concludedAt: timestamp,
});
export type Conclusion = z.output<typeof conclusion>;

export const experiment = z
  .object({
    id,
    model: id,
    modelVersion: z.int(),
    deployment: id,
    status: z.enum(['running', 'concluded', 'stopped']),
    split: z.number(),
    fallback,
    metrics: z.array(metric),
    rules: experimentRules,
    startedAt: timestamp,
    endedAt: timestamp.nullable(),
    conclusion: conclusion.nullable(),
  })
  .meta({ id: 'Experiment' });
export type Experiment = z.output<typeof experiment>;

/**
 * A change of an experiment. Only whether the winner is promoted may change, while it runs; every other field is refused
 * with the reason.
 */
export const experimentChange = z
  .looseObject({ rules: z.looseObject({ autoPromote: z.boolean().optional() }).optional() })
  .meta({ id: 'ExperimentChange' });
export type ExperimentChange = z.output<typeof experimentChange>;

export const experimentResults = z
  .object({
    experiment,
    verdict: z.enum(['model', 'fallback', 'inconclusive', 'running']),
    /** Why it has not ended yet, one line a rule not met; empty once concluded. */
    waitingFor: z.array(z.string()),
    latest: experimentLook.nullable(),
    looks: z.array(experimentLook),
  })
  .meta({ id: 'ExperimentResults' });
export type ExperimentResults = z.output<typeof experimentResults>;
