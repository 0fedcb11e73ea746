import { mkdirSync } from 'node:fs';
import type { S3Client } from '@aws-sdk/client-s3';
import { PGlite, types, type Results, type Transaction } from '@electric-sql/pglite';
import { isCopy, parseCopy } from './copy-command.ts';
import { readCopySource } from './copy-source.ts';
import { logIn, type Login } from './login.ts';
import { runUnload } from './run-unload.ts';
import { isUnload, parseUnload } from './unload-command.ts';
import { checkTarget } from './unload-files.ts';
import { bindParameters, redshiftFunctions, toPostgres, type NamedParameter } from './dialect.ts';

/** As Redshift names types in result metadata. */
export type ColumnType =
  'bool' | 'int2' | 'int4' | 'int8' | 'float4' | 'float8' | 'numeric' | 'varchar' | 'timestamp' | 'date';

export interface StatementResult {
  /** Null for a statement that answers no rows (DDL, DML, COPY). */
  columns: { name: string; type: ColumnType }[] | null;
  rows: unknown[][];
  /** Rows answered, or rows changed. */
  count: number;
}

export interface Work {
  sqls: readonly string[];
  parameters: readonly NamedParameter[];
  login: Login | null;
  /** Asked between two steps. */
  signal: AbortSignal;
}

export interface WarehouseEngine {
  /** Runs the statements one after the other in one session and one transaction: all of them, or none. */
  transaction(work: Work): Promise<StatementResult[]>;
  close(): Promise<void>;
}

const typeNames: Record<number, ColumnType> = {
  [types.BOOL]: 'bool',
  [types.INT2]: 'int2',
  [types.INT4]: 'int4',
  [types.INT8]: 'int8',
  [types.FLOAT4]: 'float4',
  [types.FLOAT8]: 'float8',
  [types.NUMERIC]: 'numeric',
  [types.TIMESTAMP]: 'timestamp',
  [types.DATE]: 'date',
};
/** Times and decimals stay text, as the Data API answers them. */
const asText = (value: string) => value;
const parsers = Object.fromEntries(
  [types.TIMESTAMP, types.TIMESTAMPTZ, types.DATE, types.NUMERIC].map((type) => [type, asText]),
);

function toResult({ fields, rows, affectedRows }: Results<unknown[]>): StatementResult {
  if (fields.length === 0) return { columns: null, rows: [], count: affectedRows ?? 0 };
  const columns = fields.map(({ name, dataTypeID }) => ({ name, type: typeNames[dataTypeID] ?? 'varchar' }));
  return { columns, rows, count: rows.length };
}

type Run = (tx: Transaction) => Promise<StatementResult>;

/** What a statement needs from outside is fetched, and what is wrong with its text is found, before the transaction. */
async function prepareCopy(sql: string, s3: S3Client): Promise<Run> {
  const command = parseCopy(sql);
  const files = await readCopySource(s3, command);
  const copy = `COPY ${command.table} ${command.columns} FROM '/dev/blob' WITH (FORMAT csv, DELIMITER '${command.delimiter}')`;
  return async (tx) => {
    let count = 0;
    for (const bytes of files) {
      const { affectedRows } = await tx.query(copy, [], { blob: new Blob([Uint8Array.from(bytes)]) });
      count += affectedRows ?? 0;
    }
    return { columns: null, rows: [], count };
  };
}

async function prepareUnload(sql: string, s3: S3Client, signal: AbortSignal): Promise<Run> {
  const unload = parseUnload(sql);
  await checkTarget(s3, unload);
  return async (tx) => {
    const count = await runUnload(tx, s3, { ...unload, query: toPostgres(unload.query) }, signal);
    return { columns: null, rows: [], count };
  };
}

async function prepare({ sqls, parameters, signal }: Work, s3: S3Client) {
  const used = new Set<string>();
  const runs: Run[] = [];
  for (const sql of sqls) {
    if (isCopy(sql) || isUnload(sql)) {
      runs.push(await (isCopy(sql) ? prepareCopy(sql, s3) : prepareUnload(sql, s3, signal)));
      continue;
    }
    const bound = bindParameters(toPostgres(sql), parameters);
    for (const name of bound.used) used.add(name);
    runs.push(async (tx) =>
      toResult(await tx.query<unknown[]>(bound.sql, bound.values, { rowMode: 'array' })),
    );
  }
  const unused = parameters.find(({ name }) => !used.has(name));
  if (unused) throw new Error(`Parameter ${unused.name} is given but not used in the statement`);
  return runs;
}

/**
 * Postgres in this process, its files in `dataDir`. One owner at a time: nothing guards the folder against a second
 * process. What is committed is on disk, so that kill -9 loses none of it.
 */
export async function openWarehouseEngine(dataDir: string, s3: S3Client): Promise<WarehouseEngine> {
  mkdirSync(dataDir, { recursive: true });
  const postgres = await PGlite.create({ dataDir, parsers });
  // Nothing gathers statistics here, and without them Postgres joins large tables by nested loops; Redshift hashes.
  await postgres.exec(`${redshiftFunctions}; SET timezone TO 'UTC'; SET enable_nestloop TO off`);
  return {
    async transaction(work) {
      const { login, signal } = work;
      const runs = await prepare(work, s3);
      try {
        return await postgres.transaction(async (tx) => {
          if (login) await logIn(tx, login);
          const results: StatementResult[] = [];
          for (const run of runs) {
            signal.throwIfAborted();
            results.push(await run(tx));
          }
          return results;
        });
      } finally {
        // A Data API session ends with its statement, and its temporary tables with it.
        await postgres.exec('DISCARD TEMP');
      }
    },
    close: () => postgres.close(),
  };
}
