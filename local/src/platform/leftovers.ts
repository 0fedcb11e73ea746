import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execFileSync } from 'node:child_process';
import { z } from 'zod';

/** Which children a platform has, kept on disk: were it killed, the next one stops what it left running. */

const recorded = z.array(z.object({ name: z.string(), pid: z.int().positive(), command: z.string() }));
export type RecordedChild = z.output<typeof recorded>[number];

const fileOf = (dataDir: string) => join(dataDir, 'processes.json');
const graceMs = 20_000;

export function recordChildren(dataDir: string, children: readonly RecordedChild[]): void {
  const file = fileOf(dataDir);
  writeFileSync(`${file}.new`, JSON.stringify(children));
  renameSync(`${file}.new`, file);
}

function readChildren(dataDir: string): RecordedChild[] {
  try {
    return recorded.parse(JSON.parse(readFileSync(fileOf(dataDir), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`${fileOf(dataDir)} cannot be read: delete it`, { cause: error });
  }
}

/** The process's command line, or null when there is none of that id. */
function commandLineOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    // No such process, or no /proc (macOS).
  }
  try {
    const line = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return line === '' ? null : line;
  } catch {
    return null;
  }
}

const runs = ({ pid, command }: RecordedChild) => commandLineOf(pid)?.includes(command) ?? false;

/** It may have ended since it was looked at. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Stops children of a platform that was killed. A process id given to another program meanwhile is left alone. */
export async function stopLeftovers(dataDir: string, write: (line: string) => void): Promise<void> {
  // In reverse: what was started last depends on what was started first.
  for (const child of readChildren(dataDir).reverse()) {
    if (!runs(child)) continue;
    write(`stopping ${child.name} (process ${child.pid}), left running by a platform that was killed`);
    signal(child.pid, 'SIGTERM');
    const deadline = Date.now() + graceMs;
    while (runs(child)) {
      if (Date.now() > deadline) signal(child.pid, 'SIGKILL');
      await delay(50);
    }
  }
  recordChildren(dataDir, []);
}
