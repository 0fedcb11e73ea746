import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '@foretell/core/domain/errors';
import { formatOfName, knownEndings } from '@foretell/core/domain/format-of-name';
import { columnNames } from '@foretell/workers/column-names';
import type { OwnData } from './arguments.ts';

/** What one PUT to S3 takes: larger files come by parts, from the dashboard. */
const mostBytes = 5 * 1024 ** 3;
const columnsShown = 30;

/** Throws, in one line, for what can be told to be wrong with the user's file and columns before anything is started. */
export async function checkOwnFile(own: OwnData): Promise<void> {
  const { file } = own;
  const bytes = sizeOf(file);
  const format = formatOfName(file);
  if (!format)
    throw new Error(
      `--data: what ${file} holds cannot be told from its name: it may end in ${knownEndings.map((ending) => `.${ending}`).join(', ')}`,
    );
  const tempDir = await mkdtemp(join(tmpdir(), 'foretell-demo-'));
  try {
    const columns = await columnNames({ path: file, format, bytes }, tempDir).catch((error: unknown) => {
      if (!(error instanceof DomainError)) throw error;
      throw new Error(`--data: ${file}: ${error.message}`, { cause: error });
    });
    if (columns) checkColumns(own, columns);
  } finally {
    await rm(tempDir, { recursive: true, force: true });
  }
}

function sizeOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new Error(`--data: there is no file ${file}`);
  if (!found.isFile()) throw new Error(`--data: ${file} is not a file`);
  if (found.size === 0) throw new Error(`--data: ${file} is empty`);
  if (found.size > mostBytes)
    throw new Error(`--data: ${file} is larger than 5 GiB: bring it by the dashboard (make dev), in parts`);
  return found.size;
}

function checkColumns(own: OwnData, columns: readonly string[]): void {
  const named: [string, string][] = [
    ['--label', own.label.column],
    ['--entity', own.entity],
    ['--time', own.time],
    ...Object.keys(own.knownAfterDays).map((name): [string, string] => ['--known-after', name]),
    ...own.exclude.map((name): [string, string] => ['--exclude', name]),
  ];
  for (const [flag, name] of named) {
    if (columns.includes(name)) continue;
    const more = columns.length > columnsShown ? ` and ${columns.length - columnsShown} more` : '';
    throw new Error(
      `${flag}: ${own.file} has no column "${name}"; it has ${columns.slice(0, columnsShown).join(', ')}${more}`,
    );
  }
}
