import { parseUnload } from './unload-command.ts';

const to = `TO 's3://lake/staging/x/' IAM_ROLE 'arn:aws:iam::000000000000:role/r' FORMAT AS PARQUET MANIFEST VERBOSE`;

test('the query is what the literal says, whatever quotes and backslashes it holds', () => {
  const unload = parseUnload(
    String.raw`UNLOAD ('SELECT ''it\'s'', ''\\d'' FROM t') ${to} ALLOWOVERWRITE MAXFILESIZE 64 MB`,
  );
  expect(unload).toEqual({
    query: String.raw`SELECT 'it's', '\d' FROM t`,
    bucket: 'lake',
    prefix: 'staging/x/',
    roleArn: 'arn:aws:iam::000000000000:role/r',
    allowOverwrite: true,
    parallel: true,
    maxFileBytes: 64 * 1024 ** 2,
  });
});

test('rows are unloaded by one slice where they are to lie in order', () => {
  expect(parseUnload(`UNLOAD ('SELECT 1') ${to} PARALLEL OFF`).parallel).toBe(false);
});

test.each([
  [`UNLOAD ('SELECT 1') ${to} GZIP`, /option is not understood: GZIP/],
  [`UNLOAD ('SELECT 1') TO 's3://lake/x/' IAM_ROLE 'r' FORMAT CSV`, /only understood with/],
  [`UNLOAD ('SELECT 1 LIMIT 5') ${to}`, /Limit clause is not supported/],
  [`UNLOAD (SELECT 1) ${to}`, /is not understood/],
])('%s is refused', (sql, reason) => {
  expect(() => parseUnload(sql)).toThrow(reason);
});
