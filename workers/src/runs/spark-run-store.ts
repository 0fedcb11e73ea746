import type { Database } from '@foretell/backend/db/database';
import { insertRows, updateRows } from '@foretell/backend/db/rows';
import { sparkRuns, unfinishedRun, type SparkRunRow } from '@foretell/backend/db/spark-runs';

/** The rows of runs on EMR. */
export interface SparkRunStore {
  /** The newest attempt. */
  latest(job: string, purpose: SparkRunRow['purpose']): Promise<SparkRunRow | null>;
  byEngineId(engineId: string): Promise<SparkRunRow | null>;
  /** Keeps a submitted run; nothing happens when another delivery has kept it. */
  add(run: SparkRunRow): Promise<void>;
  /** Changes a run that has not ended. */
  change(id: string, change: Partial<SparkRunRow>): Promise<void>;
}

export function createSparkRunStore(database: Database): SparkRunStore {
  const { read } = database;
  return {
    latest: (job, purpose) =>
      read.findOne(sparkRuns, { where: { job, purpose }, order: { attempt: 'DESC' } }),
    byEngineId: (engineId) => read.findOneBy(sparkRuns, { engineId }),
    add: (run) =>
      database.write(async (tx) => {
        const { job, purpose, attempt } = run;
        if (!(await tx.existsBy(sparkRuns, { job, purpose, attempt }))) await insertRows(tx, sparkRuns, run);
      }),
    async change(id, change) {
      await database.write((tx) => updateRows(tx, sparkRuns, { id, status: unfinishedRun }, change));
    },
  };
}
