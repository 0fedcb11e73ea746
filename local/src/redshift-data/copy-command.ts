/** `COPY table [(columns)] FROM 's3://bucket/key' …`, as far as Foretell uses it. An option not known here is an error, never ignored. */
export interface CopyCommand {
  table: string;
  /** With parentheses, or empty. */
  columns: string;
  bucket: string;
  /** Of the object, the manifest, or the common beginning of the objects' keys. */
  key: string;
  manifest: boolean;
  gzip: boolean;
  headerLines: number;
  delimiter: string;
}

const head =
  /^\s*copy\s+((?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?)\s*(\([^)]*\))?\s*from\s+'s3:\/\/([^/']+)\/([^']+)'/i;

interface Option {
  pattern: RegExp;
  apply?: (copy: CopyCommand, value: string) => void;
}
const options: Option[] = [
  { pattern: /^iam_role\s+(?:'[^']*'|default)/i },
  { pattern: /^(?:format\s+(?:as\s+)?)?csv/i },
  { pattern: /^manifest/i, apply: (copy) => (copy.manifest = true) },
  { pattern: /^gzip/i, apply: (copy) => (copy.gzip = true) },
  {
    pattern: /^ignoreheader\s+(?:as\s+)?(\d+)/i,
    apply: (copy, value) => (copy.headerLines = Number(value)),
  },
  { pattern: /^delimiter\s+(?:as\s+)?'([^'])'/i, apply: (copy, value) => (copy.delimiter = value) },
  { pattern: /^region\s+(?:as\s+)?'[^']*'/i },
  { pattern: /^timeformat\s+(?:as\s+)?'auto'/i },
  { pattern: /^(?:emptyasnull|blanksasnull)/i },
  { pattern: /^(?:statupdate|compupdate)\s+(?:on|off|true|false)/i },
];

export const isCopy = (sql: string): boolean => /^\s*copy\s/i.test(sql);

export function parseCopy(sql: string): CopyCommand {
  const start = head.exec(sql);
  if (!start) throw new Error(`COPY is not understood: ${sql.slice(0, 200)}`);
  const copy: CopyCommand = {
    table: start[1] ?? '',
    columns: start[2] ?? '',
    bucket: start[3] ?? '',
    key: start[4] ?? '',
    manifest: false,
    gzip: false,
    headerLines: 0,
    delimiter: ',',
  };
  let rest = sql.slice(start[0].length).trim().replace(/;$/, '').trim();
  let isCsv = false;
  while (rest !== '') {
    const option = options.find(({ pattern }) => pattern.test(rest));
    const match = option?.pattern.exec(rest);
    if (!option || !match) throw new Error(`COPY option is not understood: ${rest.slice(0, 100)}`);
    if (/csv/i.test(match[0])) isCsv = true;
    option.apply?.(copy, match[1] ?? '');
    rest = rest.slice(match[0].length).trim();
  }
  if (!isCsv) throw new Error('COPY is only understood with FORMAT AS CSV');
  return copy;
}
