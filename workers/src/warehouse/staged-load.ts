import { stagingKeys } from '@foretell/core/domain/lake-keys';
import { newId } from '@foretell/core/node/new-id';
import type { Lake } from '@foretell/core/node/lake';
import { toCsv, type CsvCell } from './csv.ts';
import type { Warehouse } from './warehouse.ts';

export interface StagedLoadDeps {
  lake: Lake;
  warehouse: Warehouse;
  /** The role Redshift reads the lake with. */
  copyRoleArn: string;
}

export interface StagedLoad {
  table: 'experiment_assignments' | 'metric_events';
  /** Of the temporary table `staged` that the rows are copied into: name and type. */
  columns: readonly [name: string, type: string][];
  rows: readonly (readonly CsvCell[])[];
  /** What merges `staged` into `table`. Must change nothing when the same rows come again. */
  merge: readonly string[];
}

/** A string as an SQL literal, for what cannot be a parameter (COPY). */
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Rows → CSV and COPY manifest on S3 → `staged` → merged into the table, in one transaction; then the files go. */
export async function loadStaged(deps: StagedLoadDeps, load: StagedLoad): Promise<void> {
  const { lake, warehouse, copyRoleArn } = deps;
  const keys = stagingKeys(load.table, newId());
  const url = (key: string) => `s3://${lake.bucket}/${key}`;
  await lake.putNew(keys.data, toCsv(load.rows), 'text/csv');
  await lake.putNew(keys.manifest, JSON.stringify({ entries: [{ url: url(keys.data), mandatory: true }] }));
  const columns = load.columns.map(([name, type]) => `${name} ${type}`).join(', ');
  await warehouse.transaction([
    // One load at a time, and locked before anything is read: a snapshot taken earlier would not show another's rows.
    `LOCK TABLE ${load.table}`,
    `CREATE TEMP TABLE staged (${columns})`,
    `COPY staged FROM ${literal(url(keys.manifest))} IAM_ROLE ${literal(copyRoleArn)} MANIFEST FORMAT AS CSV TIMEFORMAT 'auto'`,
    ...load.merge,
  ]);
  await Promise.all([lake.delete(keys.manifest), lake.delete(keys.data)]);
}
