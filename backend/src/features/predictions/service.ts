import type { predictionsQuery } from '@foretell/core/contracts/control-api/predictions';
import type { PredictionRecord } from '@foretell/core/contracts/predictions-table';
import { DomainError } from '@foretell/core/domain/errors';
import { z } from 'zod';
import type { Database } from '../../db/database.ts';
import { models } from '../../db/models.ts';
import { experiments } from '../../db/serving.ts';
import type { Caller } from '../../http/route.ts';
import { owned } from '../owned.ts';
import { takeAfter, type Position } from './newest-first.ts';
import type { Period, PredictionStore } from './store.ts';

type Query = z.output<typeof predictionsQuery>;

const defaultDays = 7;
const maxDays = 90;
const dayMs = 86_400_000;
/** How far the prediction API's clock may be ahead. */
const clockSkewMs = 60_000;

const position = z.object({ at: z.iso.datetime(), seen: z.array(z.string()).max(1000) });

function readCursor(cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  try {
    return position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    const detail = 'is not a cursor of this list';
    throw new DomainError('invalid', `cursor ${detail}`, {
      cause,
      problems: [{ field: 'cursor', code: 'invalid', detail }],
    });
  }
}
const writeCursor = (next: Position | null) =>
  next && Buffer.from(JSON.stringify(next)).toString('base64url');

function periodOf({ from, to }: Query, after: Position | null): Period {
  const last = to === undefined ? Date.now() + clockSkewMs : Date.parse(to);
  const first = from === undefined ? last - defaultDays * dayMs : Date.parse(from);
  if (first > last || last - first > maxDays * dayMs) {
    const detail = `must be before \`to\`, and by at most ${maxDays} days`;
    throw new DomainError('invalid', `from ${detail}`, {
      problems: [{ field: 'from', code: 'invalid_period', detail }],
    });
  }
  // A cursor is the caller's own text: it leads no further than the period does.
  const end = after === null ? last : Math.min(last, Date.parse(after.at));
  return { from: new Date(first).toISOString(), to: new Date(end).toISOString() };
}

/** Every prediction that was answered, by model, entity or experiment, and one by its id. */
export function createPredictionService(database: Database, store: PredictionStore) {
  const { read } = database;

  async function source({ workspace }: Caller, query: Query, period: Period) {
    const { model, entity, experiment } = query;
    if (experiment !== undefined) {
      const row = owned(await read.findOneBy(experiments, { id: experiment }), workspace, 'experiment');
      if (model !== undefined && model !== row.model) {
        const detail = 'is not the model of this experiment';
        throw new DomainError('invalid', `model ${detail}`, {
          problems: [{ field: 'model', code: 'other_model', detail }],
        });
      }
      if (entity === undefined) return store.ofExperiment(experiment, period);
      const during = { ...period, from: later(period.from, row.startedAt) };
      return ofOne(store.ofEntity(row.model, entity, during), experiment);
    }
    if (model === undefined) {
      const detail = 'name the model, or the experiment';
      throw new DomainError('invalid', detail, { problems: [{ field: 'model', code: 'required', detail }] });
    }
    owned(await read.findOneBy(models, { id: model }), workspace, 'model');
    return entity === undefined ? store.ofModel(model, period) : store.ofEntity(model, entity, period);
  }

  return {
    async list(caller: Caller, query: Query) {
      const after = readCursor(query.cursor);
      const period = periodOf(query, after);
      const { items, next } = await takeAfter(await source(caller, query, period), after, query.limit);
      return { items, nextCursor: writeCursor(next) };
    },

    get: async ({ workspace }: Caller, id: string): Promise<PredictionRecord> =>
      owned(await store.get(id), workspace, 'prediction'),
  };
}

const later = (a: string, b: string) => (a > b ? a : b);

/** Read from its start on, an entity's predictions are nearly all the experiment's: what is read is what is shown. */
async function* ofOne(records: AsyncIterable<PredictionRecord>, experiment: string) {
  for await (const record of records) if (record.experiment === experiment) yield record;
}
export type PredictionService = ReturnType<typeof createPredictionService>;
