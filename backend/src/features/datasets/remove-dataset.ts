import { In } from 'typeorm';
import { datasets, featureSets, uploads, type DatasetRow } from '../../db/data.ts';
import type { Transaction } from '../../db/database.ts';
import { models } from '../../db/models.ts';
import { addRemoval } from '../../db/removals.ts';
import { lockRow, lockRows } from '../../db/rows.ts';
import { experiments } from '../../db/serving.ts';
import { datasetSources } from '../../db/sources.ts';
import { jobs, unfinishedJob } from '../../db/work.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { inWords } from '../in-words.ts';
import { underWay, unfinishedJobsOf } from '../jobs/unfinished-of.ts';
import { owned } from '../owned.ts';
import { refuseWhileUsed } from '../still-used.ts';

/** Those that learn from it, from its rows or from its events beside others'. */
async function modelsOn(tx: Transaction, { id, workspace }: DatasetRow): Promise<string[]> {
  const named = tx.createQueryBuilder(models, 'model').where('model.workspace = :workspace', { workspace });
  const rows = await named.andWhere('model.recipe LIKE :id', { id: `%"${id}"%` }).getMany();
  return rows.length === 0 ? [] : [`models learn from it (${inWords(rows.map(({ name }) => name))})`];
}

async function experimentsOn(tx: Transaction, { id, workspace }: DatasetRow): Promise<string[]> {
  const running = await tx.findBy(experiments, { workspace, status: 'running' });
  const on = running.filter(({ metrics }) => metrics.some(({ dataset }) => dataset === id));
  if (on.length === 0) return [];
  const rows = await tx.findBy(models, { id: In(on.map(({ model }) => model)) });
  return [`experiments measure by it (on ${inWords(rows.map(({ name }) => name))})`];
}

async function jobsOn(tx: Transaction, { id, workspace }: DatasetRow): Promise<string[]> {
  const scoring = await tx.findBy(jobs, { workspace, type: 'batch-prediction.run', status: unfinishedJob });
  const ofIt = scoring.filter(({ payload }) => payload?.['dataset'] === id);
  return underWay([...(await unfinishedJobsOf(tx, id)), ...ofIt]);
}

/** Which file each import of the workspace, or of one dataset in it, was of, whether it succeeded or not. */
async function importedFiles(
  tx: Transaction,
  workspace: string,
  dataset?: string,
): Promise<{ dataset: string; key: string }[]> {
  const found = tx
    .createQueryBuilder(jobs, 'job')
    .select(['job.id', 'job.subjectId', 'job.payload'])
    .where("job.workspace = :workspace AND job.type = 'dataset.import'", { workspace })
    .andWhere('job.payload LIKE :file', { file: '%"uploadKey":"%' });
  const imports = await (
    dataset === undefined ? found : found.andWhere('job.subjectId = :dataset', { dataset })
  ).getMany();
  return imports.map(({ subjectId, payload }) => ({
    dataset: subjectId,
    key: String(payload?.['uploadKey']),
  }));
}

/** The keys of the files that it was imported from, but for those that another dataset was imported from too. */
async function ownUploads(tx: Transaction, { id, workspace }: DatasetRow): Promise<string[]> {
  const keys = new Set((await importedFiles(tx, workspace, id)).map(({ key }) => key));
  // An import that begins meanwhile locks them too: if it came first it is found next, or else it finds no upload.
  await lockRows(tx, uploads, { workspace, key: In([...keys]) });
  const files = await importedFiles(tx, workspace);
  const sharing = files.filter(({ dataset, key }) => dataset !== id && keys.has(key));
  const others = await tx.findBy(datasets, { id: In(sharing.map(({ dataset }) => dataset)) });
  const alive = new Set(others.map((row) => row.id));
  for (const { dataset, key } of sharing) if (alive.has(dataset)) keys.delete(key);
  return [...keys];
}

/**
 * Deletes a dataset that nothing uses: from here on it is in no list, and the prediction API takes no records for it once
 * the manifest follows. A worker clears what it is in lake and warehouse (docs/adr/0034).
 */
export async function removeDataset(tx: Transaction, caller: Caller, id: string): Promise<void> {
  const { workspace } = caller;
  // Whoever begins to use it at the same time locks this row too.
  const row = owned(await lockRow(tx, datasets, { id }), workspace, 'dataset');
  const uses = [...(await modelsOn(tx, row)), ...(await experimentsOn(tx, row)), ...(await jobsOn(tx, row))];
  refuseWhileUsed(row.name, uses, 'Delete, end or cancel that first.');
  const files = await ownUploads(tx, row);
  await tx.delete(uploads, { workspace, key: In(files) });
  await tx.delete(featureSets, { dataset: id });
  await tx.delete(datasetSources, { dataset: id });
  await tx.delete(datasets, { id });
  await addRemoval(tx, { id, workspace, kind: 'dataset', besides: { uploads: files } });
  await auditBy(tx, caller, 'dataset.deleted', `dataset ${id}`, { name: row.name });
}
