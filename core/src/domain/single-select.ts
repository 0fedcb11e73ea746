/** Texts, quoted names and comments: what stands in them is no SQL. MySQL and Redshift have backslashes in texts. */
const opaque = {
  standard: /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\//g,
  mysql:
    /'(?:\\[\s\S]|[^'\\]|'')*'|"(?:\\[\s\S]|[^"\\]|"")*"|`(?:[^`]|``)*`|--[ \t][^\n]*|#[^\n]*|\/\*[\s\S]*?\*\//g,
  redshift:
    /'(?:\\[\s\S]|[^'\\]|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\//g,
};

/** How a database spells what is no SQL. */
export type SqlDialect = keyof typeof opaque;

const dialects: Readonly<Record<string, SqlDialect>> = { mysql: 'mysql', redshift: 'redshift' };
/** Of a connection's kind. */
export const dialectOf = (kind: string): SqlDialect => dialects[kind] ?? 'standard';

/**
 * What a read-only transaction does not stop. Looked for in the whole text: how a server reads quotes and comments depends on
 * its modes and version.
 */
const writesFiles = /\b(?:out|dump)file\b/i;

/**
 * The one SELECT that a text holds, without a semicolon at its end; else what is wrong with it, in words. A first look, for
 * whoever writes the query: that nothing is written and one statement runs, the database itself is told.
 */
export function singleSelect(text: string, dialect: SqlDialect): { query: string } | { problem: string } {
  const query = text.trim().replace(/(?:\s*;)+$/, '');
  const code = query.replace(opaque[dialect], (found) => (/^(?:--|#|\/\*)/.test(found) ? ' ' : 'x'));
  if (code.includes(';')) return { problem: 'One statement is expected, and there are more than one.' };
  if (!/^[\s(]*(?:select|with|values|table)\b/i.test(code))
    return { problem: 'A query that reads is expected: SELECT …, or WITH … SELECT.' };
  if (dialect === 'mysql' && writesFiles.test(query))
    return {
      problem: 'OUTFILE and DUMPFILE are not taken, wherever they stand: they make the server write a file.',
    };
  return { query };
}
