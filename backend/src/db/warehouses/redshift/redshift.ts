import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  type DescribeStatementResponse as Described,
  type RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import type { RedshiftSettings } from '@foretell/core/contracts/sources';
import { timedOut, warehouseProblem } from '../warehouse-problem.ts';
import { cancelStatement, isOver } from './cancel-statements.ts';
import { callProblem, statementProblem } from './redshift-problem.ts';

export interface RedshiftStatement {
  sql: string;
  /**
   * Of one name and text there is one statement, for eight hours: whoever comes after a worker that died waits for what that
   * one submitted.
   */
  name: string;
  /** What Redshift's own lists call it, and what `cancelStatements` finds it by. */
  label: string;
  /** From when it was submitted. */
  timeoutSeconds: number;
  /** Ends the waiting; the statement goes on, for who comes next. */
  signal: AbortSignal;
  /** Ends the statement, too: nobody comes next. */
  cancelled: AbortSignal;
}

/** A customer's Redshift by its Data API, which logs in by a secret: the password never comes by. Throws in words for the user. */
export interface Redshift {
  /** Runs the statement and answers its id once it has succeeded. */
  run(statement: RedshiftStatement): Promise<string>;
  /** Runs it, or waits for it, for so long; null when it goes on. */
  runFor(ms: number, statement: RedshiftStatement): Promise<string | null>;
  /** The first cell that a statement answered, as text. */
  firstCell(id: string): Promise<string | null>;
}

type Client = Pick<RedshiftDataClient, 'send'>;

const [firstPauseMs, longestPauseMs] = [100, 10_000];
/** So often a statement may have failed, of what passes, for the workers before. */
const mostTries = 10;

const tokenOf = ({ name, sql }: RedshiftStatement, nth: number) =>
  createHash('sha256')
    .update(JSON.stringify([name, sql, nth]))
    .digest('hex');

/** `secret` is the name of the secret with the user's name and password. */
export function createRedshift(client: Client, settings: RedshiftSettings, secret: string): Redshift {
  const { cluster, workgroup, database } = settings;
  const target = {
    ...(cluster === undefined ? { WorkgroupName: workgroup } : { ClusterIdentifier: cluster }),
    Database: database,
    SecretArn: secret,
  };

  async function asking<T>(signal: AbortSignal | null, call: () => Promise<T>): Promise<T> {
    try {
      signal?.throwIfAborted();
      return await call();
    } catch (error) {
      signal?.throwIfAborted();
      throw callProblem(error, settings);
    }
  }

  /** Not broken off: only the id that it answers lets the statement be ended. */
  async function submit(statement: RedshiftStatement, nth: number): Promise<string> {
    const asked = new ExecuteStatementCommand({
      ...target,
      Sql: statement.sql,
      StatementName: statement.label,
      ClientToken: tokenOf(statement, nth),
    });
    const { Id } = await asking(statement.signal, () => client.send(asked));
    return Id ?? '';
  }

  /** Null when it is not over by `leaveAt`, of `performance.now()`. */
  async function end(id: string, statement: RedshiftStatement, leaveAt: number): Promise<Described | null> {
    const { signal, timeoutSeconds } = statement;
    const describe = new DescribeStatementCommand({ Id: id });
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
      const described = await asking(signal, () => client.send(describe, { abortSignal: signal }));
      if (isOver(described.Status)) return described;
      const leftMs = (described.CreatedAt?.getTime() ?? 0) + timeoutSeconds * 1000 - Date.now();
      if (leftMs <= 0) {
        await cancelStatement(client, id);
        throw warehouseProblem(timedOut.field, timedOut.code, timedOut.detail());
      }
      if (performance.now() >= leaveAt) return null;
      const pause = Math.min(pauseMs, leftMs, Math.max(firstPauseMs, leaveAt - performance.now()));
      await asking(signal, () => sleep(pause, undefined, { signal }));
    }
  }

  /** What is not cancelled goes on, for the worker that comes next. */
  async function endOrCancel(
    id: string,
    statement: RedshiftStatement,
    leaveAt: number,
  ): Promise<Described | null> {
    try {
      return await end(id, statement, leaveAt);
    } catch (error) {
      if (statement.cancelled.aborted) await cancelStatement(client, id);
      throw error;
    }
  }

  /** What passes by itself, and ended a statement before anybody came back for it, is not told but tried again. */
  async function runUntil(leaveAt: number, statement: RedshiftStatement): Promise<string | null> {
    const began = Date.now();
    for (let nth = 1; ; nth++) {
      const id = await submit(statement, nth);
      const ended = await endOrCancel(id, statement, leaveAt);
      if (!ended) return null;
      if (ended.Status === 'FINISHED') return id;
      const problem = statementProblem(
        ended.Status === 'ABORTED' ? 'the statement was terminated' : (ended.Error ?? 'no reason given'),
      );
      const wasBefore = (ended.CreatedAt?.getTime() ?? began) < began;
      if (problem.code === 'invalid' || !wasBefore || nth === mostTries) throw problem;
    }
  }

  return {
    async run(statement) {
      const id = await runUntil(Infinity, statement);
      if (id === null) throw new Error('a statement that nobody leaves is over');
      return id;
    },
    runFor: (ms, statement) => runUntil(performance.now() + ms, statement),
    async firstCell(id) {
      const { Records } = await asking(null, () => client.send(new GetStatementResultCommand({ Id: id })));
      return Records?.[0]?.[0]?.stringValue ?? null;
    },
  };
}
