import type { RecipeQuestion } from '@foretell/core/contracts/control-api/models';
import {
  featureSetSample,
  featureSetSummary,
  type FeatureSetSample,
  type FeatureSetSchema,
  type FeatureSetSummary,
} from '@foretell/core/contracts/feature-set';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { DomainError } from '@foretell/core/domain/errors';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { datasets, featureSets, type DatasetRow } from '../../db/data.ts';
import type { Database } from '../../db/database.ts';
import { owned } from '../owned.ts';

/** Makes a recipe of a question and what is known of the data; throws `invalid` that names the field. */
export type ProposeRecipe = (
  question: RecipeQuestion,
  context: {
    featureSet: number;
    schema: FeatureSetSchema;
    summary: FeatureSetSummary;
    sample: FeatureSetSample;
  },
) => Recipe;

function invalid(field: string, code: string, detail: string): DomainError {
  return new DomainError('invalid', detail, { problems: [{ field, code, detail }] });
}

/** Recipes for a workspace's datasets: proposed from a question, or checked when they come whole. */
export function createRecipeService(database: Database, lake: Lake, propose: ProposeRecipe) {
  async function findReady(
    workspace: string,
    id: string,
  ): Promise<DatasetRow & { n: number; schema: FeatureSetSchema }> {
    const row = owned(await database.read.findOneBy(datasets, { id }), workspace, 'dataset');
    if (row.latestFeatureSet === null || row.schema === null)
      throw invalid(
        'dataset',
        'not_ready',
        `The dataset ${row.name} has no feature set yet: wait for its import.`,
      );
    return { ...row, n: row.latestFeatureSet, schema: row.schema };
  }

  return {
    async propose(workspace: string, question: RecipeQuestion): Promise<Recipe> {
      const { n, schema } = await findReady(workspace, question.dataset);
      const keys = featureSetKeys(workspace, question.dataset, n);
      const [summary, sample] = await Promise.all([
        lake.getJson(keys.summary, featureSetSummary),
        lake.getJson(keys.sample, featureSetSample),
      ]);
      return propose(question, { featureSet: n, schema, summary, sample });
    },

    /** Whether a recipe that came whole speaks of a feature set, and of columns, that are there. */
    async check(workspace: string, recipe: Recipe): Promise<void> {
      const { schema } = await findReady(workspace, recipe.dataset);
      const { dataset, featureSet: n } = recipe;
      const version = await database.read.findOneBy(featureSets, { dataset, n });
      if (!version?.readyAt)
        throw invalid('recipe.featureSet', 'not_found', `There is no feature set ${n} of this dataset.`);
      const known = new Set(schema.columns.map(({ name }) => name));
      const named: [string, string][] = [
        ['recipe.entity', recipe.entity],
        ['recipe.time', recipe.time],
        ['recipe.label.column', recipe.label.column],
      ];
      recipe.filter?.forEach(({ column }, i) => named.push([`recipe.filter.${i}.column`, column]));
      recipe.features.forEach((feature, i) => {
        if (feature.kind !== 'calendar' && feature.column !== null)
          named.push([`recipe.features.${i}.column`, feature.column]);
      });
      for (const [field, column] of named)
        if (!known.has(column)) throw invalid(field, 'unknown_column', `There is no column ${column}.`);
    },
  };
}
export type RecipeService = ReturnType<typeof createRecipeService>;
