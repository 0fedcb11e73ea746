import type { Transaction } from '../../db/database.ts';
import {
  batchPredictions,
  models,
  modelVersions,
  onlineFeatures,
  trainings,
  type ModelRow,
} from '../../db/models.ts';
import { addRemoval } from '../../db/removals.ts';
import { lockRow } from '../../db/rows.ts';
import { deployments, experiments } from '../../db/serving.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { underWay, unfinishedJobsOf } from '../jobs/unfinished-of.ts';
import { owned } from '../owned.ts';
import { refuseWhileUsed } from '../still-used.ts';

async function usesOf(tx: Transaction, { id, deployedVersion }: ModelRow): Promise<string[]> {
  const uses = underWay(await unfinishedJobsOf(tx, id));
  if (deployedVersion !== null) uses.unshift(`version ${deployedVersion} of it is deployed`);
  if (await tx.existsBy(experiments, { runningModel: id })) uses.push('an experiment runs on it');
  return uses;
}

/**
 * Deletes a model that nothing uses, with its versions, trainings and batch predictions; what they are in the lake follows
 * (docs/adr/0034). Its ended experiments keep their results, its predictions stay until they expire.
 */
export async function removeModel(tx: Transaction, caller: Caller, id: string): Promise<void> {
  const { workspace } = caller;
  // Whoever deploys or trains it at the same time locks this row too.
  const row = owned(await lockRow(tx, models, { id }), workspace, 'model');
  refuseWhileUsed(
    row.name,
    await usesOf(tx, row),
    'End the deployment, and wait for jobs or cancel them, first.',
  );
  const ended = await tx.findBy(experiments, { model: id });
  await tx.delete(modelVersions, { model: id });
  await tx.delete(trainings, { model: id });
  await tx.delete(onlineFeatures, { model: id });
  await tx.delete(batchPredictions, { model: id });
  await tx.delete(deployments, { model: id });
  await tx.delete(models, { id });
  const besides = { experiments: ended.map((experiment) => experiment.id) };
  await addRemoval(tx, { id, workspace, kind: 'model', besides });
  await auditBy(tx, caller, 'model.deleted', `model ${id}`, { name: row.name });
}
