import type { TrainingParameters } from '@foretell/core/contracts/control-api/trainings';
import { DomainError } from '@foretell/core/domain/errors';
import { newId } from '@foretell/core/node/new-id';
import { In } from 'typeorm';
import { addJob } from '../../db/add-job.ts';
import type { Database } from '../../db/database.ts';
import { models, trainings, type TrainingRow } from '../../db/models.ts';
import { insertRows, lockRow, pageOf, type PageRequest } from '../../db/rows.ts';
import { jobs, type JobRow } from '../../db/work.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { shownJob } from '../jobs/shown-job.ts';
import { owned } from '../owned.ts';

function shown({ id, model, n, modelVersion, createdAt }: TrainingRow, job: JobRow) {
  return { id, model, n, job: shownJob(job), modelVersion, createdAt };
}

export function createTrainingService(database: Database) {
  return {
    async list({ workspace }: Caller, model: string, request: PageRequest) {
      const { read } = database;
      owned(await read.findOneBy(models, { id: model }), workspace, 'model');
      const { items, nextCursor } = await pageOf(read, trainings, { model }, request);
      const rows = await read.findBy(jobs, { id: In(items.map(({ job }) => job)) });
      const byId = new Map(rows.map((job) => [job.id, job]));
      const withJobs = items.flatMap((row) => {
        const job = byId.get(row.job);
        return job ? [shown(row, job)] : [];
      });
      return { items: withJobs, nextCursor };
    },

    /** The lock on the model's row makes the number: two at once get two numbers. */
    start: (caller: Caller, model: string, parameters: TrainingParameters) =>
      database.write(async (tx) => {
        const { workspace } = caller;
        owned(await lockRow(tx, models, { id: model }), workspace, 'model');
        const last = await tx.findOne(trainings, { where: { model }, order: { n: 'DESC' } });
        const id = newId();
        const subject = { kind: 'model' as const, id: model };
        const job = await addJob(tx, workspace, 'training.run', subject, { model, training: id });
        const row: TrainingRow = {
          id,
          workspace,
          model,
          n: (last?.n ?? 0) + 1,
          job: job.id,
          parameters,
          modelVersion: null,
          createdAt: new Date().toISOString(),
        };
        await insertRows(tx, trainings, row);
        await auditBy(tx, caller, 'training.started', `model ${model}`, { training: id, n: row.n });
        return shown(row, job);
      }),

    /** Computes and publishes the deployed version's online feature values anew. */
    publishOnlineFeatures: (caller: Caller, model: string) =>
      database.write(async (tx) => {
        const { workspace } = caller;
        const row = owned(await lockRow(tx, models, { id: model }), workspace, 'model');
        if (row.deployedVersion === null)
          throw new DomainError(
            'conflict',
            'This model is not deployed: there is nothing to publish features for.',
          );
        const payload = { model, modelVersion: row.deployedVersion };
        const subject = { kind: 'model' as const, id: model };
        const job = await addJob(tx, workspace, 'online-features.publish', subject, payload);
        await auditBy(tx, caller, 'online-features.publish-started', `model ${model}`);
        return shownJob(job);
      }),
  };
}
export type TrainingService = ReturnType<typeof createTrainingService>;
