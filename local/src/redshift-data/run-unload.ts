import type { S3Client } from '@aws-sdk/client-s3';
import type { Transaction } from '@electric-sql/pglite';
import type { UnloadCommand } from './unload-command.ts';
import { writeUnloaded, type UnloadedColumn } from './unload-files.ts';

/** What a column is called in Redshift's manifest, and as what it is written: times with a zone are of UTC, without it. */
const types: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  smallint: 'SMALLINT',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  real: 'FLOAT',
  'double precision': 'DOUBLE',
  date: 'DATE',
  'timestamp without time zone': 'TIMESTAMP',
  'timestamp with time zone': 'TIMESTAMP',
};
const unsupported = new Set(['bytea']);
/** Of Redshift, for a decimal that does not say. */
const decimal = { precision: 38, scale: 10 };

function columnOf(name: string, base: string): UnloadedColumn {
  if (unsupported.has(base))
    throw new Error(`Unload to Parquet does not support column "${name}" of type varbyte`);
  if (!base.startsWith('numeric')) return { name, base, type: types[base] ?? 'VARCHAR' };
  const [, precision = decimal.precision, scale = decimal.scale] = /\((\d+),(\d+)\)/.exec(base) ?? [];
  return { name, base, type: `DECIMAL(${precision}, ${scale})` };
}

/** Runs the query as the user, whose rows then go to S3; answers how many there are. Postgres has a superuser alone write files. */
export async function runUnload(
  tx: Transaction,
  s3: S3Client,
  unload: UnloadCommand,
  signal: AbortSignal,
): Promise<number> {
  // As in Redshift, a backslash makes the next sign mean itself.
  await tx.exec(`SET LOCAL standard_conforming_strings TO off; SET LOCAL escape_string_warning TO off`);
  await tx.exec(`CREATE TEMP TABLE unloaded ON COMMIT DROP AS ${unload.query}`);
  await tx.exec('RESET ROLE; SET LOCAL standard_conforming_strings TO on');
  const described = await tx.query<{ name: string; base: string }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS base FROM pg_attribute
     WHERE attrelid = 'unloaded'::regclass AND attnum > 0 ORDER BY attnum`,
  );
  const columns = described.rows.map(({ name, base }) => columnOf(name, base));
  const { blob, affectedRows } = await tx.query(`COPY unloaded TO '/dev/blob' WITH (FORMAT csv)`);
  await writeUnloaded(s3, unload, columns, await blobBytes(blob), signal);
  return affectedRows ?? 0;
}

const blobBytes = async (blob: Blob | File | undefined) => new Uint8Array((await blob?.arrayBuffer()) ?? []);
