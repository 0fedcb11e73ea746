import { addJob } from '@foretell/backend/db/add-job';
import type { Database, Transaction } from '@foretell/backend/db/database';
import { featureSets } from '@foretell/backend/db/data';
import { models, onlineFeatures, type ModelRow } from '@foretell/backend/db/models';
import { lockRow } from '@foretell/backend/db/rows';
import { jobs, unfinishedJob } from '@foretell/backend/db/work';
import { In, IsNull, Not } from 'typeorm';
import type { Handler } from '../runtime/handler.ts';

/**
 * `online-features.refresh`: starts a job for every deployed model whose rows or other events have a newer feature set than
 * its online features were taken of. The message again starts none: the job is there already.
 */
export function createRefreshHandler(database: Database): Handler<'online-features.refresh'> {
  return async (_, { logger }) => {
    const where = { deployedVersion: Not(IsNull()) };
    for (const { id } of await database.read.find(models, { select: { id: true }, where })) {
      const job = await database.write(async (tx) => {
        const model = await lockRow(tx, models, { id });
        return model?.deployedVersion == null ? null : publishIfStale(tx, model, model.deployedVersion);
      });
      if (job) logger.info({ model: id, job: job.id }, 'online features are published anew');
    }
  };
}

/** Nothing was ever published of a model that uses no history. */
async function publishIfStale(tx: Transaction, { id, workspace, recipe }: ModelRow, modelVersion: number) {
  const datasets = [recipe, ...(recipe.events ?? [])].map(({ dataset }) => dataset);
  const where = { model: id, modelVersion };
  const published = await tx.findOne(onlineFeatures, { where, order: { n: 'DESC' } });
  const newest = await tx.findOne(featureSets, {
    where: { dataset: In(datasets) },
    order: { readyAt: 'DESC' },
  });
  if (!published || newest?.readyAt == null) return null;
  // What became ready while the job ran may have come too late for it.
  const { createdAt } = (await tx.findOneBy(jobs, { id: published.job })) ?? published;
  if (newest.readyAt <= createdAt) return null;
  const underWay = { type: 'online-features.publish' as const, subjectId: id, status: unfinishedJob };
  if (await tx.existsBy(jobs, underWay)) return null;
  return addJob(tx, workspace, 'online-features.publish', { kind: 'model', id }, where);
}
