import type { Model, modelRequest } from '@foretell/core/contracts/control-api/models';
import { newId } from '@foretell/core/node/new-id';
import type { z } from 'zod';
import { datasets } from '../../db/data.ts';
import type { Database } from '../../db/database.ts';
import {
  models,
  modelVersions,
  onlineFeatures,
  type ModelRow,
  type ModelVersionRow,
} from '../../db/models.ts';
import { insertRows, lockRow, pageOf, type PageRequest } from '../../db/rows.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { owned } from '../owned.ts';
import type { RecipeService } from '../recipes/service.ts';
import { removeModel } from './remove-model.ts';

const shown = ({ workspace: _, ...row }: ModelRow): Model => row;
const shownVersion = ({ model, n, metrics, card, createdAt }: ModelVersionRow) => ({
  model,
  n,
  metrics,
  card,
  createdAt,
});

export function createModelService(database: Database, recipes: RecipeService) {
  const { read } = database;
  async function find({ workspace }: Caller, id: string): Promise<ModelRow> {
    return owned(await read.findOneBy(models, { id }), workspace, 'model');
  }

  async function freshness({ id: model, deployedVersion }: ModelRow): Promise<Model['onlineFeatures']> {
    if (deployedVersion === null) return null;
    const where = { model, modelVersion: deployedVersion };
    const published = await read.findOne(onlineFeatures, { where, order: { n: 'DESC' } });
    if (!published) return null;
    const { asOf, entities, createdAt: publishedAt } = published;
    return { asOf, entities, publishedAt };
  }

  return {
    find,

    async list({ workspace }: Caller, request: PageRequest) {
      const { items, nextCursor } = await pageOf(read, models, { workspace }, request);
      return { items: items.map(shown), nextCursor };
    },

    async get(caller: Caller, id: string): Promise<Model> {
      const row = await find(caller, id);
      return { ...shown(row), onlineFeatures: await freshness(row) };
    },

    async create(caller: Caller, { name, question, recipe: whole }: z.output<typeof modelRequest>) {
      const { workspace } = caller;
      if (whole) await recipes.check(workspace, whole);
      const recipe = whole ?? (question && (await recipes.propose(workspace, question)));
      if (!recipe) throw new Error('a model request with neither question nor recipe passed its schema');
      const at = new Date().toISOString();
      const row: ModelRow = {
        id: newId(),
        workspace,
        name,
        dataset: recipe.dataset,
        recipe,
        latestVersion: null,
        deployedVersion: null,
        createdAt: at,
        updatedAt: at,
      };
      await database.write(async (tx) => {
        // Neither goes while a model comes to learn from it.
        for (const { dataset } of [recipe, ...(recipe.events ?? [])])
          owned(await lockRow(tx, datasets, { id: dataset }), workspace, 'dataset');
        await insertRows(tx, models, row);
        await auditBy(tx, caller, 'model.created', `model ${row.id}`, { name, dataset: recipe.dataset });
      });
      return shown(row);
    },

    remove: (caller: Caller, id: string) => database.write((tx) => removeModel(tx, caller, id)),

    async listVersions(caller: Caller, id: string, request: PageRequest) {
      await find(caller, id);
      const { items, nextCursor } = await pageOf(read, modelVersions, { model: id }, request);
      return { items: items.map(shownVersion), nextCursor };
    },

    async getVersion({ workspace }: Caller, model: string, n: number) {
      const row = await read.findOneBy(modelVersions, { model, n });
      return shownVersion(owned(row, workspace, 'version of this model'));
    },
  };
}
export type ModelService = ReturnType<typeof createModelService>;
