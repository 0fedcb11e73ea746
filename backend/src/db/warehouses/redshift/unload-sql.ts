/** A text in a statement of Redshift's, where a backslash makes the next sign mean itself. */
export const redshiftLiteral = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;

export interface Unload {
  /** One SELECT. */
  query: string;
  /** Only rows whose column has a value, and one that is beyond `after`; null: all rows. */
  beyond: { column: string; after: string | null } | null;
  /** The rows lie in that column's order, from file to file: written by one node, which takes longer. */
  inOrder: boolean;
  /** `s3://bucket/prefix/` */
  target: string;
  /** Of the role that Redshift writes with. */
  roleArn: string;
}

/** The rows of a query, within brackets: UNLOAD takes no LIMIT of the outermost SELECT. */
export function unloadedRows({
  query,
  beyond,
  inOrder,
}: Pick<Unload, 'query' | 'beyond' | 'inOrder'>): string {
  const all = `SELECT * FROM (\n${query}\n) AS asked`;
  if (!beyond) return all;
  const column = identifier(beyond.column);
  const rows = `${all} WHERE ${column} ${beyond.after === null ? 'IS NOT NULL' : `> ${redshiftLiteral(beyond.after)}`}`;
  return inOrder ? `${rows} ORDER BY ${column}` : rows;
}

/** Of one group of rows each, as Redshift makes them: a file, and the part made of it, is put in one piece, from memory. */
const fileMb = 32;

/**
 * The UNLOAD of a query's rows, and the manifest that names their files and columns. A file of a try before it that broke off
 * is written over, or not named. The objects are encrypted as the bucket says, not by Redshift's own default.
 */
export function unloadSql({ target, roleArn, ...asked }: Unload): string {
  return [
    `UNLOAD (${redshiftLiteral(unloadedRows(asked))})`,
    `TO ${redshiftLiteral(target)} IAM_ROLE ${redshiftLiteral(roleArn)}`,
    `FORMAT AS PARQUET MANIFEST VERBOSE ENCRYPTED AUTO ALLOWOVERWRITE MAXFILESIZE ${fileMb} MB`,
    ...(asked.inOrder ? ['PARALLEL OFF'] : []),
  ].join(' ');
}
