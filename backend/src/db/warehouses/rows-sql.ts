import type { RowRange } from './warehouse-session.ts';

/** How a database writes names and texts. */
export interface Quotes {
  identifier: (name: string) => string;
  literal: (text: string) => string;
}

/** A query within brackets, to ask something of its rows. */
export const within = (query: string): string => `(\n${query}\n) AS asked`;

/** The rows of a query, or those of them in a range. */
export function rowsSql(query: string, range: RowRange | null, { identifier, literal }: Quotes): string {
  const all = `SELECT * FROM ${within(query)}`;
  if (!range) return all;
  const column = identifier(range.column);
  const beyond = range.after === null ? '' : ` AND ${column} > ${literal(range.after)}`;
  const order = range.inOrder ? ` ORDER BY ${column}` : '';
  return `${all} WHERE ${column} <= ${literal(range.upTo)}${beyond}${order}`;
}
