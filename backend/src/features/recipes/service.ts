import type { RecipeQuestion } from '@foretell/core/contracts/control-api/models';
import {
  featureSetSample,
  featureSetSummary,
  type FeatureSetSample,
  type FeatureSetSchema,
  type FeatureSetSummary,
} from '@foretell/core/contracts/feature-set';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { checkRecipe } from '@foretell/core/domain/recipe/check-recipe';
import { DomainError } from '@foretell/core/domain/errors';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { datasets, featureSets, type DatasetRow } from '../../db/data.ts';
import type { Database } from '../../db/database.ts';
import { owned } from '../owned.ts';

/** Makes a recipe of a question and what is known of the data; throws `invalid` that names the field. */
export type ProposeRecipe = (question: RecipeQuestion, context: Context) => Recipe;
interface Known {
  featureSet: number;
  schema: FeatureSetSchema;
  summary: FeatureSetSummary;
  sample: FeatureSetSample;
}
interface Context extends Known {
  /** Of the question's `events`, in their order. */
  events: (Known & { name: string })[];
}

function invalid(field: string, code: string, detail: string): DomainError {
  return new DomainError('invalid', detail, { problems: [{ field, code, detail }] });
}

/** Recipes for a workspace's datasets: proposed from a question, or checked when they come whole. */
export function createRecipeService(database: Database, lake: Lake, propose: ProposeRecipe) {
  async function findReady(
    workspace: string,
    id: string,
    field: string,
  ): Promise<DatasetRow & { n: number; schema: FeatureSetSchema }> {
    const row = owned(await database.read.findOneBy(datasets, { id }), workspace, 'dataset');
    if (row.latestFeatureSet === null || row.schema === null)
      throw invalid(
        field,
        'not_ready',
        `The dataset ${row.name} has no feature set yet: wait for its import.`,
      );
    return { ...row, n: row.latestFeatureSet, schema: row.schema };
  }

  async function contextOf(workspace: string, dataset: string, field: string) {
    const { n, name, schema } = await findReady(workspace, dataset, field);
    const keys = featureSetKeys(workspace, dataset, n);
    const [summary, sample] = await Promise.all([
      lake.getJson(keys.summary, featureSetSummary),
      lake.getJson(keys.sample, featureSetSample),
    ]);
    return { name, featureSet: n, schema, summary, sample };
  }

  /** The columns of a dataset of the workspace whose feature set the recipe names. */
  async function columnsOf(
    workspace: string,
    { dataset, featureSet: n }: { dataset: string; featureSet: number },
    field: string,
  ): Promise<FeatureSetSchema['columns']> {
    const { schema } = await findReady(workspace, dataset, `${field}.dataset`);
    const version = await database.read.findOneBy(featureSets, { dataset, n });
    if (version?.readyAt) return schema.columns;
    throw invalid(`${field}.featureSet`, 'not_found', `There is no feature set ${n} of this dataset.`);
  }

  return {
    async propose(workspace: string, question: RecipeQuestion): Promise<Recipe> {
      const rows = await contextOf(workspace, question.dataset, 'dataset');
      const events = [];
      for (const [i, { dataset }] of (question.events ?? []).entries())
        events.push(await contextOf(workspace, dataset, `events.${i}.dataset`));
      return propose(question, { ...rows, events });
    },

    /** Whether a recipe that came whole speaks of the workspace's own datasets, and of columns that are there. */
    async check(workspace: string, recipe: Recipe): Promise<void> {
      const columns = await columnsOf(workspace, recipe, 'recipe');
      const events = [];
      for (const [i, each] of (recipe.events ?? []).entries())
        events.push(await columnsOf(workspace, each, `recipe.events.${i}`));
      checkRecipe(recipe, columns, events);
    },
  };
}
export type RecipeService = ReturnType<typeof createRecipeService>;
