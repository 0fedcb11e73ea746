import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerProcess {
  /** CPU time of the process and its children since their start, in microseconds. */
  cpuMicros(): number;
  stop(): Promise<void>;
}

/** Where processes can be pinned, the server is alone on one core, and everything else on the other. */
const hasTaskset = spawnSync('taskset', ['-V']).status === 0;
const clockTickMicros = 1e6 / Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout || 100);

/** Starts a process on one core and waits until `url` answers. */
export async function startServer(
  core: number,
  command: readonly string[],
  environment: Record<string, string>,
  url: string,
): Promise<ServerProcess> {
  const [file = '', ...args] = hasTaskset ? ['taskset', '-c', String(core), ...command] : command;
  const child = spawn(file, args, {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000)));
  const deadline = Date.now() + 30_000;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`${command.join(' ')} did not start:\n${log}`);
    await sleep(100);
  }
  const pid = child.pid ?? 0;
  return {
    cpuMicros: () => [pid, ...childrenOf(pid)].reduce((sum, each) => sum + cpuMicrosOf(each), 0),
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Moves this process to a core. */
export function pinSelf(core: number): void {
  if (hasTaskset) spawnSync('taskset', ['-a', '-cp', String(core), String(process.pid)]);
}

/** Back to every core: what is measured next may use them all. */
export function unpinSelf(): void {
  if (hasTaskset) spawnSync('taskset', ['-a', '-cp', `0-${cpus().length - 1}`, String(process.pid)]);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).status < 500;
  } catch {
    return false;
  }
}

/** utime + stime of /proc/PID/stat. */
function cpuMicrosOf(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) * clockTickMicros;
}

function childrenOf(pid: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.map(Number).filter((each) => Number(statOf(each)[1]) === pid);
}

/** The fields after the process's name, which may hold spaces: state, parent, … */
function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
