import type { Experiment, ExperimentResults } from '@foretell/core/contracts/experiments';
import { DomainError } from '@foretell/core/domain/errors';
import type { Database } from '../../db/database.ts';
import { enqueueManifest, enqueueMessage } from '../../db/outbox.ts';
import { lockRow, pageOf, updateRows, type PageRequest } from '../../db/rows.ts';
import { experimentLooks, experiments, type ExperimentRow } from '../../db/serving.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { owned } from '../owned.ts';

/** All but the seed: with it, a unit's group could be told beforehand. */
const shown = ({ workspace: _w, runningModel: _r, seed: _s, ...row }: ExperimentRow): Experiment => row;

function verdictOf({ status, conclusion }: ExperimentRow): ExperimentResults['verdict'] {
  return conclusion?.verdict ?? (status === 'running' ? 'running' : 'inconclusive');
}

const noLookYet = 'The results have not been computed yet.';

/** Experiments as the workers left them: looks and conclusions are only read here. */
export function createExperimentService(database: Database) {
  const { read } = database;
  async function find({ workspace }: Caller, id: string): Promise<ExperimentRow> {
    return owned(await read.findOneBy(experiments, { id }), workspace, 'experiment');
  }

  return {
    async list({ workspace }: Caller, request: PageRequest) {
      const { items, nextCursor } = await pageOf(read, experiments, { workspace }, request);
      return { items: items.map(shown), nextCursor };
    },

    get: async (caller: Caller, id: string) => shown(await find(caller, id)),

    async results(caller: Caller, id: string): Promise<ExperimentResults> {
      const row = await find(caller, id);
      const rows = await read.find(experimentLooks, { where: { experiment: id }, order: { n: 'ASC' } });
      const last = rows.at(-1);
      return {
        experiment: shown(row),
        verdict: verdictOf(row),
        waitingFor: row.status === 'running' ? (last?.waitingFor ?? [noLookYet]) : [],
        latest: last?.look ?? null,
        looks: rows.map(({ look }) => look),
      };
    },

    async lookNow(caller: Caller, id: string): Promise<void> {
      const row = await find(caller, id);
      if (row.status !== 'running')
        throw new DomainError('conflict', `This experiment is ${row.status}: its results are final.`);
      await database.write((tx) =>
        enqueueMessage(tx, 'experiment.analyze', caller.workspace, { experiment: id }),
      );
    },

    /** Ends a running experiment without a verdict; all traffic goes to the model. */
    async stop(caller: Caller, id: string): Promise<Experiment> {
      return database.write(async (tx) => {
        const row = owned(await lockRow(tx, experiments, { id }), caller.workspace, 'experiment');
        if (row.status !== 'running')
          throw new DomainError('conflict', `This experiment is ${row.status} already.`);
        const change = { status: 'stopped' as const, runningModel: null, endedAt: new Date().toISOString() };
        await updateRows(tx, experiments, { id }, change);
        await enqueueManifest(tx);
        await auditBy(tx, caller, 'experiment.stopped', `experiment ${id}`);
        return shown({ ...row, ...change });
      });
    },
  };
}
export type ExperimentService = ReturnType<typeof createExperimentService>;
