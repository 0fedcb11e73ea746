import { dialectOf, singleSelect } from './single-select.ts';

test.each([
  ['SELECT 1', 'SELECT 1'],
  ["  select * from t where a = ';' ; ; ", "select * from t where a = ';'"],
  ['-- first\nWITH a AS (SELECT 1) SELECT * FROM a', '-- first\nWITH a AS (SELECT 1) SELECT * FROM a'],
  ['(SELECT 1) UNION (SELECT 2)', '(SELECT 1) UNION (SELECT 2)'],
  [`SELECT $tag$ ; $tag$, "a;b" /* ; */ -- ; end`, `SELECT $tag$ ; $tag$, "a;b" /* ; */ -- ; end`],
])('%s is one that reads', (text, query) => {
  expect(singleSelect(text, dialectOf('postgresql'))).toEqual({ query });
});

test.each(["SELECT 'it\\'s; one'", 'SELECT `a;b` # ; to the end', 'SELECT "a;" -- ; end'])(
  '%s is one in the words of MySQL',
  (query) => {
    expect(singleSelect(query, dialectOf('mysql'))).toEqual({ query });
  },
);

test.each(["SELECT 'it\\'s; one'", 'SELECT $$ ; $$, "a;b" -- ; end', "SELECT REGEXP_COUNT(a, '\\\\d;')"])(
  '%s is one in the words of Redshift',
  (query) => {
    expect(singleSelect(query, dialectOf('redshift'))).toEqual({ query });
  },
);

test.each([
  ['SELECT 1; SELECT 2', /more than one/],
  ["SELECT 'a\\'; DROP TABLE t; --'", /more than one/],
  ['DELETE FROM t', /reads/],
  ['/* SELECT */ UPDATE t SET a = 1', /reads/],
  ['', /reads/],
  [';', /reads/],
])('%s is none', (text, problem) => {
  expect(singleSelect(text, dialectOf('postgresql'))).toEqual({
    problem: expect.stringMatching(problem) as string,
  });
});

test.each([
  "SELECT 1 INTO OUTFILE '/tmp/a'",
  "SELECT 1) AS a UNION SELECT 1 INTO/**/dumpfile '/tmp/a' FROM (SELECT 1",
  "SELECT 1 /*!50000 INTO OUTFILE '/tmp/a' */",
])('%s would have MySQL write a file', (query) => {
  expect(singleSelect(query, 'mysql')).toEqual({ problem: expect.stringContaining('OUTFILE') as string });
});
