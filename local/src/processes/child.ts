import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

export interface ChildOptions {
  /** How it is called in messages. */
  name: string;
  command: string;
  args: string[];
  /** All it gets to see, beside the machine's own (see `machineEnvironment`). */
  environment: Record<string, string>;
  /** Both its streams are appended here. */
  logFile: string;
  workingDirectory?: string;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Null while it runs. */
  exit(): Exit | null;
  /** SIGTERM, then SIGKILL after `graceMs`; resolves once it is gone. */
  stop(graceMs?: number): Promise<void>;
  /** The last lines of its log. */
  logTail(): string;
}

const maxLogBytes = 20 * 1024 * 1024;
const tailLines = 12;

/** What every program expects of its surroundings; nothing of the user's own AWS set-up. */
function machineEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL']) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes) truncateSync(file);
  return openSync(file, 'a');
}

/** Starts a child in a process group of its own: Ctrl-C reaches only who started it, who stops it in order. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const log = openLog(options.logFile);
  const child = spawn(options.command, options.args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...machineEnvironment(), ...options.environment },
    ...(options.workingDirectory === undefined ? {} : { cwd: options.workingDirectory }),
  });
  closeSync(log);
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${options.name} was started without a process id`);
  const state: { exit: Exit | null } = { exit: null };
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      state.exit = { code, signal };
      resolve(state.exit);
    });
  });
  return {
    name: options.name,
    pid,
    exited,
    exit: () => state.exit,
    async stop(graceMs = 30_000) {
      if (state.exit) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
    logTail: () => readFileSync(options.logFile, 'utf8').trimEnd().split('\n').slice(-tailLines).join('\n'),
  };
}
