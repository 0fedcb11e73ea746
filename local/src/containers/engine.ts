import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startChild, type Child } from '../processes/child.ts';
import { repositoryRoot } from '../repository-root.ts';

const execute = promisify(execFile);
const startMs = 90_000;

export interface Engine {
  /** Stops the engine if it was started here. */
  stop(): Promise<void>;
}

async function answers(): Promise<boolean> {
  try {
    await execute('docker', ['info']);
    return true;
  } catch {
    return false;
  }
}

/** Why there can be no containers on this machine; null when there can. */
export async function missingEngine(): Promise<string | null> {
  if (await answers()) return null;
  try {
    await execute('dockerd', ['--version']);
  } catch {
    return 'no container engine answers, and there is no dockerd to start one';
  }
  return process.getuid?.() === 0 ? null : 'no container engine answers, and only root can start one';
}

/**
 * The machine's container engine. Where none answers one is started, without a network of its own: everything is built
 * and run on the machine's.
 */
export async function startEngine(logDir: string): Promise<Engine> {
  const own = (await answers()) ? null : await startDaemon(logDir);
  return { stop: async () => own?.stop() };
}

/** The image that Dockerfiles start from on this machine: pulled, or made where it cannot be. */
export async function baseImage(): Promise<string> {
  const { stdout } = await execute(join(repositoryRoot, 'scripts/setup/base-image.sh'));
  return stdout.trim();
}

async function startDaemon(logDir: string): Promise<Child> {
  const child = await startChild({
    name: 'dockerd',
    command: 'dockerd',
    args: ['--iptables=false', '--ip6tables=false', '--bridge=none'],
    environment: {},
    logFile: join(logDir, 'dockerd.log'),
  });
  const deadline = Date.now() + startMs;
  while (!(await answers())) {
    if (child.exit() || Date.now() > deadline) {
      await child.stop();
      throw new Error(`dockerd did not start:\n${child.logTail()}`);
    }
    await delay(250);
  }
  return child;
}
