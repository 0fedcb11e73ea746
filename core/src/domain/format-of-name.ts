const formats = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'jsonl',
  parquet: 'parquet',
} as const;

/** Endings of file names that tell what a file holds. */
export const knownEndings = Object.keys(formats);

/** What a file holds, by its name's ending; undefined when that does not tell. */
export function formatOfName(filename: string): (typeof formats)[keyof typeof formats] | undefined {
  const ending = filename.slice(filename.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(formats, ending) ? formats[ending as keyof typeof formats] : undefined;
}
