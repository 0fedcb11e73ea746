/** `UNLOAD ('query') TO 's3://bucket/prefix' …`, as far as Foretell uses it. An option not known here is an error, never ignored. */
export interface UnloadCommand {
  query: string;
  bucket: string;
  prefix: string;
  roleArn: string;
  allowOverwrite: boolean;
  /** By every slice at once, or by one, in the rows' order. */
  parallel: boolean;
  maxFileBytes: number;
}

const text = String.raw`'((?:\\[\s\S]|[^'\\]|'')*)'`;
const head = new RegExp(String.raw`^\s*unload\s*\(\s*${text}\s*\)\s*to\s+'s3://([^/']+)/([^']+)'`, 'i');

interface Option {
  pattern: RegExp;
  apply?: (unload: UnloadCommand, value: string) => void;
}
const options: Option[] = [
  { pattern: /^iam_role\s+'([^']+)'/i, apply: (unload, value) => (unload.roleArn = value) },
  { pattern: /^format\s+(?:as\s+)?parquet\b/i },
  { pattern: /^manifest\s+verbose\b/i },
  { pattern: /^encrypted\s+auto\b/i },
  { pattern: /^allowoverwrite\b/i, apply: (unload) => (unload.allowOverwrite = true) },
  { pattern: /^parallel\s+(?:off|false)\b/i, apply: (unload) => (unload.parallel = false) },
  {
    pattern: /^maxfilesize\s+(?:as\s+)?(\d+)\s*mb\b/i,
    apply: (unload, value) => (unload.maxFileBytes = Number(value) * 1024 ** 2),
  },
];
const needed = [/format\s+(?:as\s+)?parquet/i, /manifest\s+verbose/i, /iam_role/i];

export const isUnload = (sql: string): boolean => /^\s*unload\s*\(/i.test(sql);

/** A backslash makes the next sign mean itself, and two quotes are one. */
const unquoted = (literal: string) => literal.replace(/\\([\s\S])|''/g, (_, sign?: string) => sign ?? "'");

export function parseUnload(sql: string): UnloadCommand {
  const start = head.exec(sql);
  if (!start) throw new Error(`UNLOAD is not understood: ${sql.slice(0, 200)}`);
  const unload: UnloadCommand = {
    query: unquoted(start[1] ?? ''),
    bucket: start[2] ?? '',
    prefix: start[3] ?? '',
    roleArn: '',
    allowOverwrite: false,
    parallel: true,
    maxFileBytes: 6.2 * 1024 ** 3,
  };
  let rest = sql.slice(start[0].length).trim().replace(/;$/, '').trim();
  const missing = needed.find((pattern) => !pattern.test(rest));
  if (missing) throw new Error(`UNLOAD is only understood with ${missing.source}`);
  while (rest !== '') {
    const option = options.find(({ pattern }) => pattern.test(rest));
    const match = option?.pattern.exec(rest);
    if (!option || !match) throw new Error(`UNLOAD option is not understood: ${rest.slice(0, 100)}`);
    option.apply?.(unload, match[1] ?? '');
    rest = rest.slice(match[0].length).trim();
  }
  if (/\blimit\s+\d+\s*$/i.test(unload.query)) throw new Error('Limit clause is not supported');
  return unload;
}
