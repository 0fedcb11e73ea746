import { z } from 'zod';
import { id, scalar, timestamp } from './primitives.ts';
import { recipe, task } from './recipe.ts';

const split = z.object({ train: z.int(), validation: z.int(), test: z.int() });

/** Scores on one split; which are present depends on the task. AUC and accuracy are shares, log loss is in nats. */
export const scores = z.object({
  auc: z.number().optional(),
  logLoss: z.number().optional(),
  brier: z.number().optional(),
  accuracy: z.number().optional(),
  averagePrecision: z.number().optional(),
  rmse: z.number().optional(),
  mae: z.number().optional(),
  r2: z.number().optional(),
});
export type Scores = z.output<typeof scores>;

/** metrics.json of a model version: everything the model page draws. All on the later-in-time test split. */
export const modelMetrics = z.object({
  task,
  rows: split,
  /** First and last row time of each split. */
  periods: z.object({
    train: z.tuple([timestamp, timestamp]),
    validation: z.tuple([timestamp, timestamp]),
    test: z.tuple([timestamp, timestamp]),
  }),
  scores,
  /** The same scores of always answering the training split's mean (regression) or class shares. */
  baseline: scores,
  /** Binary: where scores at or above answer the positive class, and how it was chosen. */
  threshold: z.object({ value: z.number(), chosenBy: z.string() }).nullable(),
  confusion: z.object({ labels: z.array(scalar), counts: z.array(z.array(z.int())) }).nullable(),
  roc: z.array(z.object({ fpr: z.number(), tpr: z.number() })).nullable(),
  precisionRecall: z.array(z.object({ recall: z.number(), precision: z.number() })).nullable(),
  /** Ten bins of equal count: mean predicted against observed. */
  calibration: z.array(z.object({ predicted: z.number(), observed: z.number(), count: z.int() })),
  /** Permutation importances: how much the main score gets worse when the feature is shuffled. */
  importances: z.array(z.object({ feature: z.string(), loss: z.number(), std: z.number() })),
  importanceOf: z.enum(['auc', 'logLoss', 'rmse']),
  /** Validation loss by boosting round. */
  learningCurve: z.array(z.object({ round: z.int(), train: z.number(), validation: z.number() })),
  rounds: z.int(),
  /** Rows of the test split that were measured, drawn evenly, where there were too many for one machine. */
  measuredRows: z.int().optional(),
});
export type ModelMetrics = z.output<typeof modelMetrics>;

/** A loss less than this share below that of always answering the average is hardly better than it. */
const leastSkill = 0.01;

/**
 * The loss a model is trained to lessen, its own and that of always answering the average: log loss (nats) or RMSE.
 * `skill`: the share of the average's loss that is gone, 1 − loss / average; below 0 the model is the worse of the two.
 */
export function ownLoss({ scores, baseline }: Pick<ModelMetrics, 'scores' | 'baseline'>) {
  const name = scores.logLoss === undefined ? 'rmse' : 'logLoss';
  const [loss, average] = [scores[name], baseline[name]];
  if (loss === undefined || average === undefined) return null;
  const skill = average === 0 ? 0 : 1 - loss / average;
  const standing = loss > average ? 'worse' : skill < leastSkill ? 'hardly better' : 'better';
  return { name, loss, average, skill, standing } as const;
}

/** One input of the model, in the order of the vector. A category's code is its index in `categories`. */
export const modelInput = z.object({
  name: z.string(),
  type: z.enum(['number', 'category']),
  categories: z.array(z.string()).optional(),
});
export type ModelInput = z.output<typeof modelInput>;

/** model-card.json: what the prediction API needs beside model.txt, and what a person needs to trust it. */
export const modelCard = z.object({
  version: z.literal(1),
  model: id,
  modelVersion: z.int().positive(),
  name: z.string(),
  task,
  recipe,
  inputs: z.array(modelInput),
  /** Classification: the label's values by output; binary: [negative, positive]. */
  classes: z.array(scalar).nullable(),
  threshold: z.number().nullable(),
  /** What the random fallback draws from: the classes, or quantiles of the label for regression. */
  randomValues: z.array(scalar).min(1),
  /** Platt or isotonic scores are not used: LightGBM's own probabilities, with their calibration measured. */
  trainer: z.object({
    library: z.string(),
    version: z.string(),
    parameters: z.record(z.string(), scalar),
    engine: z.string(),
  }),
  /** Which attempt at the training made it: a part of the keys of the version's other objects. */
  attempt: z.string().optional(),
  createdAt: timestamp,
});
export type ModelCard = z.output<typeof modelCard>;

/** check-rows.json: the trainer's own raw and final predictions; the evaluator must equal them (1e-12) or the model is refused. */
export const checkRows = z.object({
  inputs: z.array(z.string()),
  /** null is a missing value; infinities are the strings 'Infinity' and '-Infinity'. */
  rows: z.array(z.array(z.union([z.number(), z.null(), z.enum(['Infinity', '-Infinity'])]))),
  /** One array a row: the raw score, one a class for multiclass. */
  raw: z.array(z.array(z.number())),
});
export type CheckRows = z.output<typeof checkRows>;

/** manifest.json of online feature values: see core/node/online-feature-file.ts for the binary layout of features.bin. */
export const onlineFeaturesManifest = z.object({
  version: z.literal(1),
  model: id,
  n: z.int().positive(),
  entities: z.int().nonnegative(),
  /** The UTC day before which events count: values are those of a row on this day. */
  asOf: timestamp,
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['number', 'category']),
      categories: z.array(z.string()).optional(),
    }),
  ),
  bytes: z.int(),
  sha256: z.string(),
  createdAt: timestamp,
});
export type OnlineFeaturesManifest = z.output<typeof onlineFeaturesManifest>;
