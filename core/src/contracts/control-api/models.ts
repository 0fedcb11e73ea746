import { z } from 'zod';
import { comparison, condition } from '../condition.ts';
import { experimentRequest } from '../experiments.ts';
import { modelCard, modelMetrics } from '../model-version.ts';
import { columnName, id, name, scalar, timestamp } from '../primitives.ts';
import { recipe } from '../recipe.ts';

/** What to predict: the recipe is proposed from it, the dataset's schema and its summary. */
export const recipeQuestion = z
  .strictObject({
    dataset: id,
    entity: columnName,
    time: columnName,
    label: z.strictObject({
      column: columnName,
      op: comparison.optional(),
      value: scalar.optional(),
      /** Not of the row itself, but of the entity's rows in the `days` days after it. */
      next: z.strictObject({ days: z.int().min(1).max(3650), as: z.enum(['happens', 'sum']) }).optional(),
    }),
    filter: z.array(condition).max(20).optional().meta({
      description:
        'Rows to learn from: those of which all of it holds, by the time too. Every row counts as history, and no request is refused by it.',
    }),
    /** After how many days each column (the label's, or one measured after the row's time) is known. */
    knownAfterDays: z.record(columnName, z.number().min(0).max(3650)).default({}),
    /** Columns not known at prediction time: used in history only if `knownAfterDays` names them. */
    exclude: z.array(columnName).default([]),
    /** Other datasets of the workspace whose events are part of the entity's past; of each but the columns of `exclude`. */
    events: z
      .array(
        z.strictObject({
          dataset: id,
          /** The column with the entity's keys. */
          entity: columnName,
          time: columnName,
          /** How long after its time an event is known. */
          knownAfterDays: z.number().min(0).max(3650).default(0),
          exclude: z.array(columnName).default([]),
        }),
      )
      .max(10)
      .optional(),
  })
  .meta({ id: 'RecipeQuestion' });
export type RecipeQuestion = z.output<typeof recipeQuestion>;

export const modelRequest = z
  .strictObject({
    name,
    /** A question, from which the recipe is proposed, or a whole recipe. */
    question: recipeQuestion.optional(),
    recipe: recipe.optional(),
  })
  .refine((m) => (m.question === undefined) !== (m.recipe === undefined), {
    message: 'give a question or a recipe',
    path: ['question'],
  })
  .meta({ id: 'ModelRequest' });
export const model = z
  .object({
    id,
    name: z.string(),
    dataset: id,
    recipe,
    latestVersion: z.int().nullable(),
    deployedVersion: z.int().nullable(),
    /** Of one model, not in lists: what the deployed version knows of its entities' past; null: it uses none. */
    onlineFeatures: z
      .object({ asOf: timestamp, entities: z.int(), publishedAt: timestamp })
      .nullable()
      .optional(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Model' });
export type Model = z.output<typeof model>;

export const modelVersion = z
  .object({ model: id, n: z.int(), metrics: modelMetrics, card: modelCard, createdAt: timestamp })
  .meta({ id: 'ModelVersion' });
export type ModelVersion = z.output<typeof modelVersion>;

export const deploymentRequest = z
  .strictObject({ version: z.int().positive(), experiment: experimentRequest.optional() })
  .meta({ id: 'DeploymentRequest' });
export const deployment = z
  .object({
    id,
    model: id,
    version: z.int(),
    experiment: id.nullable(),
    active: z.boolean(),
    createdAt: timestamp,
  })
  .meta({ id: 'Deployment' });
