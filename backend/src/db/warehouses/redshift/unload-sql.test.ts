import { unloadSql } from './unload-sql.ts';

const to = { target: 's3://lake/staging/', roleArn: 'arn:aws:iam::000000000000:role/r' };
const unload = (
  query: string,
  beyond: { column: string; after: string | null } | null = null,
  inOrder = false,
) => unloadSql({ ...to, query, beyond, inOrder });

/** What Redshift makes of the first text of a statement: the end of it is where a quote stands alone. */
function unquoted(sql: string): { text: string; rest: string } {
  const start = sql.indexOf("'") + 1;
  let text = '';
  for (let i = start; i < sql.length; i++) {
    const [sign, next] = [sql[i], sql[i + 1]];
    if (sign === "'" && next !== "'") return { text, rest: sql.slice(i + 1) };
    if (sign === "'" || sign === '\\') i++;
    text += sql[i] ?? '';
  }
  throw new Error('the text has no end');
}
const rest = `) TO 's3://lake/staging/' IAM_ROLE 'arn:aws:iam::000000000000:role/r' FORMAT AS PARQUET MANIFEST VERBOSE ENCRYPTED AUTO ALLOWOVERWRITE MAXFILESIZE 32 MB`;

test.each([
  `SELECT 'it''s' AS a`,
  String.raw`SELECT 'it\'s \\ ' AS a`,
  String.raw`SELECT REGEXP_COUNT(a, '\\d') FROM t`,
  `SELECT 1') TO 's3://elsewhere/' IAM_ROLE 'arn:aws:iam::111111111111:role/x' --`,
  String.raw`SELECT 1\') TO \'s3://elsewhere/\' --`,
  String.raw`SELECT 1\\') TO 's3://elsewhere/' --`,
  'SELECT 1 -- the end',
])('%s reaches Redshift as it is written, and nothing of it is the command', (query) => {
  expect(unquoted(unload(query))).toEqual({ text: `SELECT * FROM (\n${query}\n) AS asked`, rest });
});

test('an increment begins beyond a value, which is no SQL either', () => {
  const { text } = unquoted(unload('SELECT * FROM t', { column: 'a"b', after: `o'x\\` }));
  expect(text).toBe(`SELECT * FROM (\nSELECT * FROM t\n) AS asked WHERE "a""b" > 'o''x\\\\'`);
  const first = unquoted(unload('SELECT * FROM t', { column: 'a', after: null })).text;
  expect(first).toMatch(/WHERE "a" IS NOT NULL$/);
});

test('rows in order come from one node, and nothing else is otherwise', () => {
  const beyond = { column: 'at', after: null };
  const [ordered, any] = [unload('SELECT * FROM t', beyond, true), unload('SELECT * FROM t', beyond)];
  expect(unquoted(ordered).text).toBe(`${unquoted(any).text} ORDER BY "at"`);
  expect(unquoted(ordered).rest).toBe(`${rest} PARALLEL OFF`);
});
