import { randomUUID } from 'node:crypto';
import type { NamedParameter } from './dialect.ts';
import type { Login } from './login.ts';
import type { StatementResult, WarehouseEngine } from './warehouse-engine.ts';

export type Status = 'SUBMITTED' | 'STARTED' | 'FINISHED' | 'FAILED' | 'ABORTED';

export interface Statement {
  id: string;
  name: string | undefined;
  database: string | undefined;
  workgroup: string | undefined;
  /** One for ExecuteStatement, several for BatchExecuteStatement. */
  sqls: readonly string[];
  isBatch: boolean;
  parameters: readonly NamedParameter[];
  /** Null: as the owner of everything, as whoever is known to IAM. */
  login: Login | null;
  status: Status;
  error: string | undefined;
  results: StatementResult[];
  createdAt: Date;
  updatedAt: Date;
  durationMs: number;
  /** Resolves when it is FINISHED, FAILED or ABORTED. */
  done: Promise<void>;
  cancelled: AbortController;
}

export type Submission = Pick<
  Statement,
  'name' | 'database' | 'workgroup' | 'sqls' | 'isBatch' | 'parameters' | 'login'
> & {
  clientToken: string | undefined;
};

export interface StatementStore {
  /** Queues it; the same client token answers the statement submitted before. */
  submit(submission: Submission): Statement;
  get(id: string): Statement | undefined;
  /** Newest first. */
  list(): Statement[];
  /** Ends it, between two of its steps when it runs: Postgres in this process is not interrupted. False when it is over. */
  cancel(id: string): boolean;
  idle(): Promise<void>;
}

/** The Data API keeps a result for 24 hours; here the last thousand are kept. */
const kept = 1000;

export function createStatementStore(engine: WarehouseEngine): StatementStore {
  const statements = new Map<string, Statement>();
  const tokens = new Map<string, string>();
  let last: Promise<void> = Promise.resolve();

  async function run(statement: Statement): Promise<void> {
    if (statement.status === 'ABORTED') return;
    const startedAt = performance.now();
    statement.status = 'STARTED';
    try {
      const { signal } = statement.cancelled;
      statement.results = await engine.transaction({ ...statement, signal });
      statement.status = 'FINISHED';
    } catch (error) {
      statement.status = statement.cancelled.signal.aborted ? 'ABORTED' : 'FAILED';
      statement.error = `ERROR: ${error instanceof Error ? error.message : String(error)}`;
    }
    statement.durationMs = performance.now() - startedAt;
    statement.updatedAt = new Date();
  }

  function forgetOldest(): void {
    for (const [id, { status }] of statements) {
      if (statements.size <= kept) return;
      if (status !== 'SUBMITTED' && status !== 'STARTED') statements.delete(id);
    }
  }

  return {
    submit({ clientToken, ...submission }) {
      const known = statements.get(tokens.get(clientToken ?? '') ?? '');
      if (known) return known;
      const now = new Date();
      const statement: Statement = {
        ...submission,
        id: randomUUID(),
        status: 'SUBMITTED',
        error: undefined,
        results: [],
        createdAt: now,
        updatedAt: now,
        durationMs: 0,
        done: Promise.resolve(),
        cancelled: new AbortController(),
      };
      statement.done = last = last.then(() => run(statement));
      statements.set(statement.id, statement);
      if (clientToken !== undefined) tokens.set(clientToken, statement.id);
      forgetOldest();
      return statement;
    },
    get: (id) => statements.get(id),
    list: () => [...statements.values()].reverse(),
    cancel(id) {
      const statement = statements.get(id);
      if (statement?.status !== 'SUBMITTED' && statement?.status !== 'STARTED') return false;
      statement.cancelled.abort(new Error('Query cancelled on user request'));
      if (statement.status === 'STARTED') return true;
      statement.status = 'ABORTED';
      statement.updatedAt = new Date();
      return true;
    },
    idle: () => last,
  };
}
