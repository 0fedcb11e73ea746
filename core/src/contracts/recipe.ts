import { z } from 'zod';
import { comparison, condition } from './condition.ts';
import { columnName, id, scalar } from './primitives.ts';

/** How a column becomes an input of the model. Categories are coded by the model's own dictionary. */
export const featureType = z.enum(['number', 'category']);
export type FeatureType = z.output<typeof featureType>;

export const calendarPart = z.enum(['hour', 'weekday', 'day_of_month', 'month', 'minute_of_day']);
export const historyAggregate = z.enum([
  'count',
  'sum',
  'mean',
  'min',
  'max',
  'std',
  'distinct',
  'rate',
  'last',
  'time_since_last',
]);
export type HistoryAggregate = z.output<typeof historyAggregate>;

const featureName = z.string().min(1).max(300);

/** The row's own column, known at prediction time; sent in the request's `features`. */
export const columnFeature = z.object({
  kind: z.literal('column'),
  name: featureName,
  column: columnName,
  type: featureType,
});
/** A part of the row's time in UTC. weekday: 0 = Monday … 6 = Sunday. */
export const calendarFeature = z.object({
  kind: z.literal('calendar'),
  name: featureName,
  part: calendarPart,
});
/**
 * The entity's past, in the dataset's own rows or `of` the events of that name: an aggregate of `column` over the `windowDays` UTC days before the row's day (null: all time).
 * Only events whose `time + knownAfterDays` falls on an earlier UTC day than the row's time count.
 * `count` needs no column; `rate` is the share of non-null values of `column` equal to `equals` or satisfying the label;
 * `time_since_last` is in days (fraction), from the last counted event to the start of the row's UTC day.
 */
export const historyFeature = z.object({
  kind: z.literal('history'),
  name: featureName,
  /** One of the recipe's `events`, by name; absent: the dataset's own rows. */
  of: z.string().optional(),
  aggregate: historyAggregate,
  column: columnName.nullable(),
  windowDays: z.union([z.literal(1), z.literal(7), z.literal(30), z.literal(90)]).nullable(),
  /** For `rate`: the value whose share is taken, or 'label' for the share of rows whose label is true. */
  equals: z.union([z.object({ value: scalar }), z.literal('label')]).optional(),
  knownAfterDays: z.number().min(0).max(3650),
  type: featureType,
});
export const feature = z.discriminatedUnion('kind', [columnFeature, calendarFeature, historyFeature]);
export type Feature = z.output<typeof feature>;
export type HistoryFeature = z.output<typeof historyFeature>;

/** Another dataset of the workspace whose events are part of the entity's past: its `entity` holds the same keys. */
export const eventsOfRecipe = z.object({
  /** What the features call it. */
  name: z.string().min(1).max(100),
  dataset: id,
  /** The one that is learned from; online features are taken of the newest. */
  featureSet: z.int().positive(),
  entity: columnName,
  time: columnName,
});
export type EventsOfRecipe = z.output<typeof eventsOfRecipe>;

/**
 * What comes of the entity in the `days` days after a row's time, to the moment, the last one included: whether an event
 * happens whose `column` is there (`where`: and compares so), or the sum of `column`. Rows whose days pass the data's end
 * have no label.
 */
export const futureLabel = z.object({
  kind: z.literal('future'),
  as: z.enum(['happens', 'sum']),
  column: columnName,
  where: z.object({ op: comparison, value: scalar }).optional(),
  days: z.int().min(1).max(3650),
});

/** What is predicted: a column as it is, whether a column compares with a value ("delay > 15"), or what comes after the row. */
export const label = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('column'), column: columnName }),
  z.object({ kind: z.literal('comparison'), column: columnName, op: comparison, value: scalar }),
  futureLabel,
]);
export type Label = z.output<typeof label>;

export const task = z.enum(['binary', 'multiclass', 'regression']);
export type Task = z.output<typeof task>;

/** Why a column is in the recipe or not: shown to the user beside the recipe. */
export const columnRole = z.object({
  /** Of the recipe's `events` of this name; absent: of the dataset itself. */
  of: z.string().optional(),
  column: columnName,
  role: z.enum(['entity', 'time', 'label', 'feature', 'history', 'excluded']),
  reason: z.string(),
  /** Set when the column alone nearly determines the label. */
  leak: z.object({ score: z.number(), measure: z.enum(['auc', 'r2']) }).optional(),
});
export type ColumnRole = z.output<typeof columnRole>;

/** What to predict, from which features: validated JSON, stored with each training set as recipe.json. */
export const recipe = z.object({
  version: z.literal(1),
  dataset: id,
  featureSet: z.int().positive(),
  entity: columnName,
  time: columnName,
  label,
  task,
  /** For classification: the label's values in the order of the model's outputs; binary: [negative, positive]. */
  classes: z.array(scalar).optional(),
  features: z.array(feature).min(1).max(2000),
  /** Other datasets whose events features are taken of. */
  events: z.array(eventsOfRecipe).max(10).optional(),
  /** Rows to learn from: those of which all of it holds. Every row counts as history, and any may be asked about. */
  filter: z.array(condition).max(20).optional(),
  split: z.object({
    validation: z.number().min(0.05).max(0.4),
    test: z.number().min(0.05).max(0.4),
    embargoDays: z.number().min(0),
  }),
  sampling: z.object({ maxRows: z.int().min(100), seed: z.int() }),
  roles: z.array(columnRole),
  warnings: z.array(z.string()),
});
export type Recipe = z.output<typeof recipe>;
