import { DataSource, type DataSourceOptions } from 'typeorm';
import { Initial1763800000000 } from './migrations/0001-initial.ts';
import { SqliteDriver } from './sqlite-driver.ts';
import { tables } from './tables.ts';

const shared = { entities: tables, migrations: [Initial1763800000000], synchronize: false, logging: false };

/** How long a writer waits for another process's write to the same SQLite file. */
const sqliteBusyMs = 15_000;

function optionsOf(url: string, readOnly: boolean): DataSourceOptions {
  if (url.startsWith('sqlite:')) {
    return {
      ...shared,
      type: 'better-sqlite3',
      driver: SqliteDriver,
      database: url.slice('sqlite:'.length),
      timeout: sqliteBusyMs,
      enableWAL: !readOnly,
      prepareDatabase: (database: SqliteDriver) => {
        database.pragma('synchronous = FULL');
        if (readOnly) database.pragma('query_only = ON');
      },
    };
  }
  return {
    ...shared,
    type: 'mysql',
    url: url.replace(/^mariadb:/, 'mysql:'),
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    poolSize: 10,
  };
}

/** `sqlite:/path/to/file.db`, or `mysql://user:password@host:port/database`. A read-only SQLite source refuses writes. */
export function createDataSource(url: string, { readOnly = false } = {}): DataSource {
  return new DataSource(optionsOf(url, readOnly));
}
