import { z } from 'zod';
import { AwsError } from '../aws-api/aws-error.ts';
import type { Login } from './login.ts';
import type { Statement, StatementStore } from './statement-store.ts';
import type { ColumnType, StatementResult } from './warehouse-engine.ts';

/** The Redshift Data API's operations, their JSON in and out. */

const wait = z.int().min(0).max(30).default(0);
const common = {
  Database: z.string().min(1),
  WorkgroupName: z.string().optional(),
  ClusterIdentifier: z.string().optional(),
  SecretArn: z.string().optional(),
  Parameters: z.array(z.object({ name: z.string(), value: z.string().min(1) })).default([]),
  StatementName: z.string().optional(),
  ClientToken: z.string().max(64).optional(),
  WaitTimeSeconds: wait,
};
const execute = z.object({ ...common, Sql: z.string().min(1) });
const batch = z.object({ ...common, Sqls: z.array(z.string().min(1)).min(1).max(40) });
const byId = z.object({ Id: z.string(), NextToken: z.string().optional(), WaitTimeSeconds: wait });
const list = z.object({
  Status: z.string().optional(),
  StatementName: z.string().optional(),
  MaxResults: z.int().min(0).max(100).default(100),
});

const epochSeconds = (date: Date) => date.getTime() / 1000;

async function waited(statement: Statement, seconds: number): Promise<Statement> {
  if (seconds === 0) return statement;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, seconds * 1000)));
  await Promise.race([statement.done, timeout]);
  clearTimeout(timer);
  return statement;
}

function submitted(statement: Statement) {
  const { id, createdAt, database, workgroup, status } = statement;
  return {
    Id: id,
    CreatedAt: epochSeconds(createdAt),
    Database: database,
    WorkgroupName: workgroup,
    Status: status,
  };
}

function resultFigures(result: StatementResult | undefined) {
  return { HasResultSet: result?.columns != null, ResultRows: result?.count ?? -1 };
}

/** Nanoseconds, as the Data API counts. */
const nanoseconds = (ms: number) => Math.round(ms * 1e6);

function described(statement: Statement) {
  const { sqls, results, isBatch, status, error } = statement;
  const subStatements = sqls.map((sql, index) => ({
    Id: `${statement.id}:${index + 1}`,
    QueryString: sql,
    Status: status,
    ...resultFigures(results[index]),
  }));
  return {
    Id: statement.id,
    Database: statement.database,
    WorkgroupName: statement.workgroup,
    Status: status,
    CreatedAt: epochSeconds(statement.createdAt),
    UpdatedAt: epochSeconds(statement.updatedAt),
    Duration: nanoseconds(statement.durationMs),
    ...(error === undefined ? {} : { Error: error }),
    ...(isBatch ? { SubStatements: subStatements } : { QueryString: sqls[0], QueryParameters: undefined }),
    ...resultFigures(results.at(-1)),
  };
}

const long: readonly ColumnType[] = ['int2', 'int4', 'int8'];
const double: readonly ColumnType[] = ['float4', 'float8'];

function field(value: unknown, type: ColumnType) {
  if (value === null || value === undefined) return { isNull: true };
  if (type === 'bool') return { booleanValue: value };
  if (long.includes(type)) return { longValue: Number(value) };
  if (double.includes(type)) return { doubleValue: value };
  return { stringValue: typeof value === 'string' ? value : JSON.stringify(value) };
}

/** Far below the Data API's own page (1 MB or so), so that every caller meets paging. */
const pageRows = 500;

function resultOf(store: StatementStore, id: string): StatementResult {
  const [statementId = '', part = '1'] = id.split(':');
  const statement = store.get(statementId);
  const result = statement?.results[Number(part) - 1];
  if (!statement) throw new AwsError('ResourceNotFoundException', `Query ${id} does not exist.`);
  if (statement.status !== 'FINISHED')
    throw new AwsError('ResourceNotFoundException', `Query ${id} is not finished: ${statement.status}.`);
  if (!result?.columns) throw new AwsError('ResourceNotFoundException', `Query ${id} has no result set.`);
  return result;
}

function resultPage(result: StatementResult, nextToken: string | undefined) {
  const columns = result.columns ?? [];
  const start = Number(nextToken ?? 0);
  const end = start + pageRows;
  return {
    Records: result.rows
      .slice(start, end)
      .map((row) => columns.map(({ type }, index) => field(row[index], type))),
    ColumnMetadata: columns.map(({ name, type }) => ({ name, label: name, typeName: type })),
    TotalNumRows: result.rows.length,
    ...(end < result.rows.length ? { NextToken: String(end) } : {}),
  };
}

function listed(statement: Statement) {
  const { id, name, status, sqls, isBatch, createdAt, updatedAt } = statement;
  return {
    Id: id,
    StatementName: name,
    Status: status,
    IsBatchStatement: isBatch,
    CreatedAt: epochSeconds(createdAt),
    UpdatedAt: epochSeconds(updatedAt),
    ...(isBatch ? { QueryStrings: sqls } : { QueryString: sqls[0] }),
  };
}

export type Operations = Record<string, (input: unknown) => Promise<object>>;

/** Clusters and workgroups here are those whose names begin so, and all of them are one. */
const ours = /^foretell/;

export function createOperations(
  store: StatementStore,
  readLogin: (secret: string) => Promise<Login>,
): Operations {
  const known = (id: string): Statement => {
    const statement = store.get(id.split(':')[0] ?? '');
    if (!statement) throw new AwsError('ResourceNotFoundException', `Query ${id} does not exist.`);
    return statement;
  };
  const submit = async (input: z.output<typeof execute> | z.output<typeof batch>) => {
    const { WorkgroupName, ClusterIdentifier, SecretArn } = input;
    if (!ours.test(WorkgroupName ?? ClusterIdentifier ?? ''))
      throw new AwsError('ValidationException', "Redshift endpoint doesn't exist in this region.");
    const statement = store.submit({
      sqls: 'Sql' in input ? [input.Sql] : input.Sqls,
      isBatch: 'Sqls' in input,
      name: input.StatementName,
      database: input.Database,
      workgroup: WorkgroupName,
      parameters: input.Parameters,
      clientToken: input.ClientToken,
      login: SecretArn === undefined ? null : await readLogin(SecretArn),
    });
    return submitted(await waited(statement, input.WaitTimeSeconds));
  };
  return {
    ExecuteStatement: (input) => submit(execute.parse(input)),
    BatchExecuteStatement: (input) => submit(batch.parse(input)),
    async DescribeStatement(input) {
      const { Id, WaitTimeSeconds } = byId.parse(input);
      return described(await waited(known(Id), WaitTimeSeconds));
    },
    async GetStatementResult(input) {
      const { Id, NextToken, WaitTimeSeconds } = byId.parse(input);
      await waited(known(Id), WaitTimeSeconds);
      return resultPage(resultOf(store, Id), NextToken);
    },
    ListStatements(input) {
      const { Status, StatementName, MaxResults } = list.parse(input);
      const matching = store
        .list()
        .filter(
          ({ status, name }) =>
            (Status === undefined || Status === 'ALL' || status === Status) &&
            (StatementName === undefined || (name ?? '').startsWith(StatementName)),
        );
      return Promise.resolve({ Statements: matching.slice(0, MaxResults).map(listed) });
    },
    CancelStatement(input) {
      const { Id } = byId.parse(input);
      known(Id);
      if (!store.cancel(Id))
        throw new AwsError('ValidationException', `Could not cancel a query that is over: ${Id}`);
      return Promise.resolve({ Status: true });
    },
  };
}
