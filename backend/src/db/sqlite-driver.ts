import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

interface Statement {
  reader: boolean;
  all: (...parameters: SQLInputValue[]) => unknown[];
  run: (...parameters: SQLInputValue[]) => unknown;
}

function asStatement(statement: StatementSync): Statement {
  return {
    reader: statement.columns().length > 0,
    all: (...parameters) => statement.all(...parameters),
    run: (...parameters) => statement.run(...parameters),
  };
}

/**
 * node:sqlite in the shape of better-sqlite3, as far as TypeORM calls it. A transaction takes the write lock at its start
 * (IMMEDIATE): one that starts as a reader and then writes fails at once when another process wrote between.
 */
export class SqliteDriver {
  readonly #database: DatabaseSync;
  constructor(path: string, options: { timeout: number }) {
    this.#database = new DatabaseSync(path, { timeout: options.timeout });
  }
  prepare(sql: string): Statement {
    return asStatement(this.#database.prepare(sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE' : sql));
  }
  pragma(pragma: string): unknown[] {
    return this.#database.prepare(`PRAGMA ${pragma}`).all();
  }
  exec(sql: string): void {
    this.#database.exec(sql);
  }
  close(): void {
    this.#database.close();
  }
}
