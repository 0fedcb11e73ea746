import type { Warehouse } from './warehouse.ts';

/**
 * The warehouse's tables. Redshift's VARCHAR counts bytes, four a character at most. Written once each:
 * an assignment by (experiment, unit), with the group of the first exposure, `conflicts` 1 if another group was ever
 * claimed; a metric event by (dataset, unit_column, record_id, event), where `event` is 'record' for the record itself
 * and `value:<column>` for one of its values, `received_at` when it came (null: not known). `exposure_watermarks`: up to when
 * a shard of an experiment's predictions has been read for assignments, an ISO time.
 */
const tables = [
  `CREATE TABLE IF NOT EXISTS experiment_assignments (
    experiment VARCHAR(36) NOT NULL,
    unit VARCHAR(4096) NOT NULL,
    group_name VARCHAR(8) NOT NULL,
    exposed_at TIMESTAMP NOT NULL,
    conflicts INTEGER NOT NULL
  ) DISTKEY(unit) SORTKEY(experiment, exposed_at)`,
  `CREATE TABLE IF NOT EXISTS exposure_watermarks (
    source VARCHAR(64) NOT NULL,
    read_to VARCHAR(24) NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS metric_events (
    dataset VARCHAR(36) NOT NULL,
    unit_column VARCHAR(1020) NOT NULL,
    record_id VARCHAR(1024) NOT NULL,
    event VARCHAR(1040) NOT NULL,
    unit VARCHAR(4096) NOT NULL,
    occurred_at TIMESTAMP NOT NULL,
    value FLOAT8,
    received_at TIMESTAMP
  ) DISTKEY(unit) SORTKEY(dataset, occurred_at)`,
];

/** Columns that a table made by an earlier release lacks. */
const laterColumns = [{ table: 'metric_events', column: 'received_at', type: 'TIMESTAMP' }];

const columnSql = `SELECT COUNT(*)::bigint AS n FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = :table_name AND column_name = :column_name`;

async function createTables(warehouse: Warehouse): Promise<void> {
  await warehouse.transaction(tables);
  for (const { table, column, type } of laterColumns) {
    const [row] = await warehouse.query(columnSql, { table_name: table, column_name: column });
    if (Number(row?.['n']) === 0)
      await warehouse.transaction([`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`]);
  }
}

/** A warehouse whose tables exist: they are created with the first statement, and asked for again only if that failed. */
export function withSchema(warehouse: Warehouse): Warehouse {
  let created: Promise<void> | null = null;
  const ready = async () => {
    created ??= createTables(warehouse);
    try {
      await created;
    } catch (error) {
      created = null;
      throw error;
    }
  };
  return {
    query: async (sql, parameters) => {
      await ready();
      return warehouse.query(sql, parameters);
    },
    transaction: async (statements) => {
      await ready();
      return warehouse.transaction(statements);
    },
  };
}
