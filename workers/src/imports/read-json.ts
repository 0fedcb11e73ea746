import { identifier, stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import { importProblem } from './import-problem.ts';
import type { RawColumn, RawTable } from './raw-table.ts';

/** The longest single object. */
const maxObjectBytes = 64 * 1024 * 1024;

/** JSON lines, or one JSON array of objects. Objects within are flattened: `device.os`. */
export async function readJson(connection: DuckDBConnection, path: string): Promise<RawTable> {
  const source = `read_json(${stringLiteral(path)}, format = 'auto', sample_size = -1, maximum_object_size = ${maxObjectBytes}, map_inference_threshold = -1, dateformat = '%%', timestampformat = '%%')`;
  try {
    await connection.run(`CREATE TABLE raw AS SELECT * FROM ${source}`);
  } catch (error) {
    throw inWords(error);
  }
  const described = await query(connection, 'DESCRIBE raw');
  const columns = described.flatMap((row) =>
    flatten(String(row['column_name']), identifier(String(row['column_name'])), String(row['column_type'])),
  );
  if (described.length === 1 && described[0]?.['column_name'] === 'json')
    throw importProblem(
      'not_objects',
      'The file holds JSON values that are not objects: each line must be like {"column": value}.',
    );
  return { from: 'raw', columns };
}

function flatten(name: string, cell: string, type: string): RawColumn[] {
  if (type.startsWith('STRUCT('))
    return structFields(type).flatMap((field) =>
      flatten(`${name}.${field.name}`, `${cell}.${identifier(field.name)}`, field.type),
    );
  if (type === 'JSON') return [{ name, cell: `(${cell} ->> '$')`, type: 'string' }];
  if (type === 'VARCHAR') return [{ name, cell, type: 'string' }];
  if (type.endsWith(']') || type.startsWith('MAP('))
    return [{ name, cell: `CAST(to_json(${cell}) AS VARCHAR)`, type: 'string' }];
  return [{ name, cell, type }];
}

/** The fields of `STRUCT(a BIGINT, "b c" STRUCT(d VARCHAR))`. */
function structFields(type: string): { name: string; type: string }[] {
  const body = type.slice('STRUCT('.length, -1);
  const parts: string[] = [];
  let [depth, quoted, start] = [0, false, 0];
  for (let i = 0; i < body.length; i++) {
    const letter = body[i];
    if (letter === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (letter === '(' || letter === '[') depth++;
    else if (letter === ')' || letter === ']') depth--;
    else if (letter === ',' && depth === 0) {
      parts.push(body.slice(start, i).trim());
      start = i + 1;
    }
  }
  parts.push(body.slice(start).trim());
  return parts.flatMap((part) => {
    const [, quotedName, plain, of] = /^(?:"((?:[^"]|"")*)"|(\S+))\s+(.*)$/s.exec(part) ?? [];
    const name = quotedName?.replaceAll('""', '"') ?? plain;
    return name === undefined || of === undefined ? [] : [{ name, type: of }];
  });
}

function inWords(error: unknown): unknown {
  const text = error instanceof Error ? error.message : String(error);
  const malformed =
    /Malformed JSON in file .*?, at byte \d+ in (?:line|record\/value|record|value) (\d+): (.*)/.exec(text);
  if (malformed)
    return importProblem(
      'malformed_json',
      `The JSON cannot be read near line ${malformed[1] ?? ''}: ${(malformed[2] ?? '').trim().replace(/\.+$/, '')}. The file may be cut off.`,
      { field: `line ${malformed[1] ?? ''}`, cause: error },
    );
  if (/maximum_object_size/.test(text))
    return importProblem(
      'too_large',
      'A single JSON value is larger than 64 MB: use JSON lines, one object a line.',
      { cause: error },
    );
  return /Invalid Input Error|JSON/.test(text)
    ? importProblem('malformed_json', 'The file is not JSON lines and not a JSON array of objects.', {
        cause: error,
      })
    : error;
}
