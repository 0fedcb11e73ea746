import type { Experiment, ExperimentChange, ExperimentResults } from '@foretell/core/contracts/experiments';
import { DomainError, type FieldProblem } from '@foretell/core/domain/errors';
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

const noLookYet = 'nothing has been counted yet: the figures are made every hour';

const reasons: Record<string, string> = {
  split: 'units that came before and after would be of different mixtures',
  fallback: 'the groups would be compared with two things at once',
  seed: 'units would change groups',
  salt: 'units would change groups',
  metrics: 'choosing what decides after looking makes any result reachable',
};

/** Everything that is asked for and may not change, with the reason. */
function fixedFields({ rules = {}, ...others }: ExperimentChange): FieldProblem[] {
  const fields = [
    ...Object.keys(others),
    ...Object.keys(rules)
      .filter((key) => key !== 'autoPromote')
      .map((key) => `rules.${key}`),
  ];
  return fields.map((field) => ({
    field,
    code: 'fixed',
    detail: `is fixed from the start: ${reasons[field] ?? 'the goal may not move after looking'}; deploy again to start a new experiment`,
  }));
}

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

    /** Only what follows the verdict may change, and only before there is one. */
    change: (caller: Caller, id: string, asked: ExperimentChange): Promise<Experiment> =>
      database.write(async (tx) => {
        const row = owned(await lockRow(tx, experiments, { id }), caller.workspace, 'experiment');
        const problems = fixedFields(asked);
        const [first] = problems;
        if (first) throw new DomainError('conflict', `${first.field} ${first.detail}.`, { problems });
        if (row.status !== 'running')
          throw new DomainError(
            'conflict',
            `This experiment is ${row.status}: nothing of it changes any more.`,
          );
        const { autoPromote = row.rules.autoPromote } = asked.rules ?? {};
        const rules = { ...row.rules, autoPromote };
        await updateRows(tx, experiments, { id }, { rules });
        await auditBy(tx, caller, 'experiment.changed', `experiment ${id}`, { autoPromote });
        return shown({ ...row, rules });
      }),

    /** The verdict is given by the looks alone; here is it, or why there is none. */
    async conclude(caller: Caller, id: string): Promise<Experiment> {
      const row = await find(caller, id);
      if (row.conclusion) return shown(row);
      if (row.status !== 'running')
        throw new DomainError('conflict', 'This experiment was stopped: it has no verdict.');
      const last = await read.findOne(experimentLooks, { where: { experiment: id }, order: { n: 'DESC' } });
      const { model = 0, fallback = 0 } = last?.look.units ?? {};
      if (!last || model + fallback === 0)
        throw new DomainError('conflict', 'There is no verdict without data: no unit has been counted yet.');
      throw new DomainError('conflict', `There is no verdict yet: ${last.waitingFor.join('; ')}.`);
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
