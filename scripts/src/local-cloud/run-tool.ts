import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface ToolRun {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningTool {
  readonly ended: Promise<ToolRun>;
  kill(): void;
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The release tool as an operator runs it, in a process of its own. */
export function startTool(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): RunningTool {
  const child = spawn(process.execPath, ['--disable-warning=DEP0044', main, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ exitCode: code as number | null, stdout, stderr }));
  return { ended, kill: () => void child.kill('SIGKILL') };
}
