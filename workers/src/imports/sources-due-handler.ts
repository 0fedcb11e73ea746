import type { Database } from '@foretell/backend/db/database';
import { lockRow, updateRows } from '@foretell/backend/db/rows';
import { datasetSources } from '@foretell/backend/db/sources';
import { startSourceImport } from '@foretell/backend/db/start-source-import';
import type { Lake } from '@foretell/core/node/lake';
import { LessThanOrEqual } from 'typeorm';
import type { Handler } from '../runtime/handler.ts';
import { pruneChunks } from './prune-chunks.ts';

const hourMs = 3_600_000;

/**
 * `sources.due`: starts each import whose time has come, and says when it comes next; then tidies up after those that were.
 * The message again starts none.
 */
export function createSourcesDueHandler(
  database: Database,
  lake: Pick<Lake, 'clear'>,
  now: () => Date,
): Handler<'sources.due'> {
  return async (_, { logger, signal }) => {
    const at = now();
    const due = { nextAt: LessThanOrEqual(at.toISOString()) };
    for (const { dataset } of await database.read.findBy(datasetSources, due)) {
      const job = await database.write(async (tx) => {
        const source = await lockRow(tx, datasetSources, { dataset, ...due });
        if (source?.everyHours == null) return null;
        const nextAt = new Date(at.getTime() + source.everyHours * hourMs).toISOString();
        await updateRows(tx, datasetSources, { dataset }, { nextAt });
        return startSourceImport(tx, { workspace: source.workspace, dataset, until: at });
      });
      if (job) logger.info({ dataset, job: job.id }, 'an import from a source begins');
    }
    const pruned = await pruneChunks({ database, lake }, signal);
    if (pruned > 0) logger.info({ pruned }, 'chunks of imports were folded');
  };
}
