import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  ListStatementsCommand,
  RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startLocalAws, type TestAws } from '../testing/local-aws.ts';

let aws: TestAws;
let client: RedshiftDataClient;
let s3: S3Client;
const target = { Database: 'foretell', WorkgroupName: 'foretell' };
beforeAll(async () => {
  aws = await startLocalAws();
  Object.assign(process.env, aws.environment);
  client = new RedshiftDataClient({});
  s3 = new S3Client({ forcePathStyle: true });
});
afterAll(() => aws.stop());

type Named = Record<string, string>;
const parametersOf = (named: Named) => Object.entries(named).map(([name, value]) => ({ name, value }));

async function run(Sql: string, named: Named = {}) {
  const Parameters = parametersOf(named);
  const { Id } = await client.send(
    new ExecuteStatementCommand({ ...target, Sql, ...(Parameters.length > 0 ? { Parameters } : {}) }),
  );
  return client.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 30 }));
}

/** Runs and answers the rows, or throws the statement's own error. */
async function rows(Sql: string, named: Named = {}) {
  const { Id, Status, Error: reason, HasResultSet } = await run(Sql, named);
  if (Status !== 'FINISHED') throw new Error(reason);
  if (HasResultSet !== true) return [];
  const { Records = [] } = await client.send(new GetStatementResultCommand({ Id }));
  return Records;
}

async function batch(...Sqls: string[]) {
  const { Id } = await client.send(new BatchExecuteStatementCommand({ ...target, Sqls }));
  return client.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 30 }));
}

const put = (Key: string, Body: string) =>
  s3.send(new PutObjectCommand({ Bucket: aws.resources.bucket, Key, Body }));
const url = (key: string) => `s3://${aws.resources.bucket}/${key}`;
const role = `IAM_ROLE 'arn:aws:iam::000000000000:role/foretell-copy'`;

test('every type comes back in its own field, and its name in the metadata', async () => {
  const { Id } = await run(
    `SELECT true AS b, 1::smallint AS s, 2 AS i, 9007199254740991::bigint AS l, 1.5::float8 AS d, 1.50::numeric(5,2) AS n,
       'ü"'''::varchar AS v, timestamp '2026-01-02 03:04:05.678' AS t, date '2026-01-02' AS day, NULL::int AS nothing`,
  );
  const { Records, ColumnMetadata, TotalNumRows } = await client.send(new GetStatementResultCommand({ Id }));
  expect(Records).toEqual([
    [
      { booleanValue: true },
      { longValue: 1 },
      { longValue: 2 },
      { longValue: 9007199254740991 },
      { doubleValue: 1.5 },
      { stringValue: '1.50' },
      { stringValue: `ü"'` },
      { stringValue: '2026-01-02 03:04:05.678' },
      { stringValue: '2026-01-02' },
      { isNull: true },
    ],
  ]);
  expect(ColumnMetadata?.map(({ name, typeName }) => `${name} ${typeName}`)).toEqual([
    'b bool',
    's int2',
    'i int4',
    'l int8',
    'd float8',
    'n numeric',
    'v varchar',
    't timestamp',
    'day date',
    'nothing int4',
  ]);
  expect(TotalNumRows).toBe(1);
});

test('named parameters are values and never SQL; casts and strings are not taken for names', async () => {
  const evil = `'; DROP TABLE nobody; --`;
  const [row] = await rows(`SELECT :a AS a, '12:b'::varchar AS text, :a || :b AS both -- :c`, {
    a: evil,
    b: '1',
  });
  expect(row).toEqual([{ stringValue: evil }, { stringValue: '12:b' }, { stringValue: `${evil}1` }]);
  await expect(rows('SELECT :a', {})).rejects.toThrow(/Parameter a .* no value/);
  await expect(rows('SELECT :a', { a: '1', b: '2' })).rejects.toThrow(/Parameter b is given but not used/);
});

test('a statement that fails says so in its description, and the API goes on', async () => {
  const { Status, Error: reason, HasResultSet } = await run('SELECT nope FROM nowhere');
  expect({ Status, HasResultSet }).toEqual({ Status: 'FAILED', HasResultSet: false });
  expect(reason).toMatch(/^ERROR: .*nowhere/);
  expect(await rows('SELECT 1')).toEqual([[{ longValue: 1 }]]);
});

test('a batch is one transaction, its temporary tables are its own, and each statement is described', async () => {
  await rows(
    'CREATE TABLE kept (a INTEGER DISTKEY, b VARCHAR(10) ENCODE zstd) DISTSTYLE KEY COMPOUND SORTKEY(a, b)',
  );
  const good = await batch(
    'CREATE TEMP TABLE staged (LIKE kept)',
    `INSERT INTO staged VALUES (1, 'x')`,
    'INSERT INTO kept SELECT * FROM staged',
    'SELECT * FROM kept',
  );
  expect(good.Status).toBe('FINISHED');
  expect(good.SubStatements?.map(({ Id }) => Id)).toEqual([1, 2, 3, 4].map((n) => `${good.Id}:${n}`));
  const { Records } = await client.send(new GetStatementResultCommand({ Id: `${good.Id}:4` }));
  expect(Records).toEqual([[{ longValue: 1 }, { stringValue: 'x' }]]);
  const bad = await batch(`INSERT INTO kept VALUES (2, 'y')`, 'SELECT 1 / 0');
  expect(bad).toMatchObject({ Status: 'FAILED', Error: expect.stringMatching(/division by zero/) });
  expect(await rows('SELECT COUNT(*) FROM kept')).toEqual([[{ longValue: 1 }]]);
  await expect(rows('SELECT * FROM staged')).rejects.toThrow(/staged/);
});

test('a result longer than a page comes in pages, in its order', async () => {
  const { Id } = await run('SELECT n FROM generate_series(1, 1234) AS n ORDER BY n');
  const numbers: (number | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new GetStatementResultCommand({ Id, ...(NextToken === undefined ? {} : { NextToken }) }),
    );
    numbers.push(...(page.Records ?? []).map(([field]) => field?.longValue));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(numbers).toEqual(Array.from({ length: 1234 }, (_, i) => i + 1));
});

test('COPY reads the files that a manifest names, and quotes, empty cells and headers as CSV has them', async () => {
  await rows('CREATE TABLE copied (unit VARCHAR(100), at TIMESTAMP, value FLOAT8)');
  await put(
    'copy/a.csv',
    `"quoted ""unit"", with\nline",2026-01-01 00:00:00.123,1.5\n"b",2026-01-02 00:00:00,\n`,
  );
  await put('copy/b.csv', '"c",2026-01-03 00:00:00,3\n');
  const entries = ['copy/a.csv', 'copy/b.csv', 'copy/optional.csv'].map((key, i) => ({
    url: url(key),
    mandatory: i < 2,
  }));
  await put('copy/manifest.json', JSON.stringify({ entries }));
  const { ResultRows } = await run(
    `COPY copied FROM '${url('copy/manifest.json')}' ${role} MANIFEST FORMAT AS CSV TIMEFORMAT 'auto'`,
  );
  expect(ResultRows).toBe(3);
  await put('headed/one.csv', 'unit,value\nd,4\n');
  await rows(`COPY copied (unit, value) FROM '${url('headed/')}' ${role} CSV IGNOREHEADER 1 DELIMITER ','`);
  expect(await rows('SELECT unit, at, value FROM copied ORDER BY unit')).toEqual([
    [{ stringValue: 'b' }, { stringValue: '2026-01-02 00:00:00' }, { isNull: true }],
    [{ stringValue: 'c' }, { stringValue: '2026-01-03 00:00:00' }, { doubleValue: 3 }],
    [{ stringValue: 'd' }, { isNull: true }, { doubleValue: 4 }],
    [
      { stringValue: 'quoted "unit", with\nline' },
      { stringValue: '2026-01-01 00:00:00.123' },
      { doubleValue: 1.5 },
    ],
  ]);
});

test('a COPY that cannot be done whole changes nothing and names the cause', async () => {
  await rows('CREATE TABLE strict (a INTEGER)');
  await put('bad/good.csv', '1\n2\n');
  await put('bad/text.csv', 'three\n');
  await expect(rows(`COPY strict FROM '${url('bad/')}' ${role} CSV`)).rejects.toThrow(/three/);
  await put('bad.json', JSON.stringify({ entries: [{ url: url('bad/gone.csv'), mandatory: true }] }));
  await expect(rows(`COPY strict FROM '${url('bad.json')}' ${role} MANIFEST CSV`)).rejects.toThrow(
    /gone|not exist|key/i,
  );
  await expect(rows(`COPY strict FROM '${url('none/')}' ${role} CSV`)).rejects.toThrow(/none/);
  await expect(rows(`COPY strict FROM '${url('bad/')}' ${role} CSV FILLRECORD`)).rejects.toThrow(
    /FILLRECORD/,
  );
  expect(await rows('SELECT COUNT(*) FROM strict')).toEqual([[{ longValue: 0 }]]);
});

test('the functions of Redshift that are promised answer as Redshift does', async () => {
  const [row] = await rows(`SELECT nvl(NULL, 3), nvl2(NULL::integer, 'a', 'b'), len('zoë'), 7 / 2,
    DATEDIFF(day, '2026-01-01 23:59:59'::timestamp, '2026-01-02 00:00:00'::timestamp),
    DATEDIFF(hour, '2026-01-01 23:59:59'::timestamp, '2026-01-02 00:00:00'::timestamp),
    DATEDIFF(month, '2025-12-31'::timestamp, '2026-02-01'::timestamp),
    DATEADD(month, 1, '2026-01-31'::timestamp),
    json_extract_path_text('{"a":{"b":"c"}}', 'a', 'b'),
    convert_timezone('UTC', 'Europe/Berlin', '2026-01-01 00:00:00'::timestamp),
    GETDATE() > '2020-01-01'::timestamp`);
  expect(row).toEqual([
    { longValue: 3 },
    { stringValue: 'b' },
    { longValue: 3 },
    { longValue: 3 },
    { longValue: 1 },
    { longValue: 1 },
    { longValue: 2 },
    { stringValue: '2026-02-28 00:00:00' },
    { stringValue: 'c' },
    { stringValue: '2026-01-01 01:00:00' },
    { booleanValue: true },
  ]);
  expect(await rows('SELECT median(v) FROM (VALUES (1), (2), (10), (20)) AS t (v)')).toEqual([
    [{ doubleValue: 6 }],
  ]);
});

test('a client token submits once; statements are listed newest first; an unknown id is an error', async () => {
  const once = { ...target, Sql: 'SELECT 42', StatementName: 'once', ClientToken: 'token-1' };
  const [first, second] = [
    await client.send(new ExecuteStatementCommand(once)),
    await client.send(new ExecuteStatementCommand(once)),
  ];
  expect(second.Id).toBe(first.Id);
  await client.send(new DescribeStatementCommand({ Id: first.Id, WaitTimeSeconds: 30 }));
  const { Statements } = await client.send(
    new ListStatementsCommand({ StatementName: 'once', Status: 'FINISHED' }),
  );
  expect(Statements).toMatchObject([{ Id: first.Id, QueryString: 'SELECT 42', IsBatchStatement: false }]);
  const unknown = { Id: '00000000-0000-4000-8000-000000000000' };
  await expect(client.send(new DescribeStatementCommand(unknown))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await expect(client.send(new ExecuteStatementCommand({ ...target, Sql: '' }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

test('what was committed is there after kill -9', async () => {
  await rows('CREATE TABLE durable (a INTEGER)');
  for (let i = 0; i < 20; i++) await rows(`INSERT INTO durable VALUES (${i})`);
  await aws.crashStandIns();
  expect(await rows('SELECT COUNT(*), SUM(a) FROM durable')).toEqual([
    [{ longValue: 20 }, { longValue: 190 }],
  ]);
});
