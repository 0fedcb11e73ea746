import { DataSource, type DataSourceOptions } from 'typeorm';
import { Initial1763800000000 } from './migrations/0001-initial.ts';
import { SparkRuns1763900000000 } from './migrations/0002-spark-runs.ts';
import { Jobs1763900100000 } from './migrations/0003-jobs.ts';
import { Sources1763921000000 } from './migrations/0021-sources.ts';
import { Attempts1763922000000 } from './migrations/0022-attempts.ts';
import { GatewayRemovals1763926000000 } from './migrations/0026-gateway-removals.ts';
import { RecordFiles1763927000000 } from './migrations/0027-record-files.ts';
import { SignIns1763929000000 } from './migrations/0029-sign-ins.ts';
import { Mails1763930000000 } from './migrations/0030-mails.ts';
import { Warehouses1763931000000 } from './migrations/0031-warehouses.ts';
import { MultipartUploads1763932000000 } from './migrations/0032-multipart-uploads.ts';
import { ConnectionTests1763934000000 } from './migrations/0034-connection-tests.ts';
import { BatchPredictionKeys1763935000000 } from './migrations/0035-batch-prediction-keys.ts';
import { Removals1763936000000 } from './migrations/0036-removals.ts';
import { SqliteDriver } from './sqlite-driver.ts';
import { tables } from './tables.ts';

const migrations = [
  Initial1763800000000,
  SparkRuns1763900000000,
  Jobs1763900100000,
  Sources1763921000000,
  Attempts1763922000000,
  GatewayRemovals1763926000000,
  RecordFiles1763927000000,
  SignIns1763929000000,
  Mails1763930000000,
  Warehouses1763931000000,
  MultipartUploads1763932000000,
  ConnectionTests1763934000000,
  BatchPredictionKeys1763935000000,
  Removals1763936000000,
];
const shared = { entities: tables, migrations, synchronize: false, logging: false };

/** How long a writer waits for another process's write to the same SQLite file. */
const sqliteBusyMs = 15_000;

function sqliteOptions(path: string, readOnly: boolean): DataSourceOptions {
  return {
    ...shared,
    type: 'better-sqlite3',
    driver: SqliteDriver,
    database: path,
    timeout: sqliteBusyMs,
    enableWAL: !readOnly,
    prepareDatabase: (database: SqliteDriver) => {
      // Safe against a killed process; only a power cut may lose the last transactions, and nothing older.
      database.pragma('synchronous = NORMAL');
      if (readOnly) database.pragma('query_only = ON');
    },
  };
}

/** TypeORM's own reading of a URL drops its query: `?ssl=Amazon RDS` names one of mysql2's profiles. */
function mySqlOptions(text: string, password: string | undefined): DataSourceOptions {
  const url = new URL(text);
  const ssl = url.searchParams.get('ssl');
  return {
    ...shared,
    type: 'mysql',
    host: url.hostname,
    port: url.port === '' ? 3306 : Number(url.port),
    username: decodeURIComponent(url.username),
    password: password ?? decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    poolSize: 10,
    ...(ssl === null ? {} : { ssl }),
  };
}

export interface DataSourceChoice {
  /** In place of the URL's. */
  password?: string | undefined;
  /** SQLite only: refuses writes. */
  readOnly?: boolean;
}

/** `sqlite:/path/to/file.db`, or `mysql://user:password@host:port/database`. */
export function createDataSource(url: string, choice: DataSourceChoice = {}): DataSource {
  return new DataSource(
    url.startsWith('sqlite:')
      ? sqliteOptions(url.slice('sqlite:'.length), choice.readOnly ?? false)
      : mySqlOptions(url, choice.password),
  );
}
