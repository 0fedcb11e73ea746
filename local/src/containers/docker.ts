import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const removalRounds = 20;

export interface ContainerOptions {
  readonly name: string;
  /** By digest; pulled when the engine does not have it. */
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Folders that can be written to: all else is read-only. */
  readonly volumes: readonly string[];
  /** Folders of this machine that are seen inside under the same path. */
  readonly mounts: readonly string[];
  readonly user: string | undefined;
  /** In the place of the image's own. */
  readonly command: readonly string[] | undefined;
  readonly onLine: (line: string) => void;
}

export interface Container {
  /** The exit code of its process; 125 to 127 when it could not be started at all. */
  readonly exited: Promise<number>;
  /** SIGTERM, and SIGKILL when it still runs after so many seconds. */
  stop(graceSeconds: number): Promise<void>;
}

/** One owner's containers, run by the docker CLI on the machine's own network, and told from others' by a label. */
export interface Docker {
  run(options: ContainerOptions): Promise<Container>;
  /** Ends whatever of this owner still runs. */
  removeAll(): Promise<void>;
}

export function createDocker(owner: string): Docker {
  const label = `foretell.owner=${owner}`;
  return {
    async run(options) {
      const child = spawn('docker', argumentsOf(options, label), {
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      for (const stream of [child.stdout, child.stderr])
        createInterface({ input: stream }).on('line', options.onLine);
      const exited = once(child, 'close').then(([code]) => (code as number | null) ?? 137);
      await once(child, 'spawn');
      return {
        exited,
        async stop(graceSeconds) {
          const grace = String(Math.max(1, Math.round(graceSeconds)));
          // It may have ended by itself meanwhile.
          await execute('docker', ['stop', '--time', grace, options.name]).catch(() => undefined);
          await exited;
        },
      };
    },
    async removeAll() {
      // Some end by themselves meanwhile, and the engine says so as an error: what counts is that none is left.
      for (let round = 0; ; round++) {
        const { stdout } = await execute('docker', ['ps', '--all', '--quiet', '--filter', `label=${label}`]);
        const ids = stdout.split('\n').filter((id) => id !== '');
        if (ids.length === 0) return;
        if (round === removalRounds) throw new Error(`these containers cannot be removed: ${ids.join(' ')}`);
        await execute('docker', ['rm', '--force', '--volumes', ...ids]).catch(() => delay(500));
      }
    },
  };
}

function argumentsOf(options: ContainerOptions, label: string): string[] {
  const { name, image, environment, volumes, mounts, user, command = [] } = options;
  return [
    ...['run', '--rm', '--init', '--read-only', '--network', 'host', '--no-healthcheck'],
    ...['--name', name, '--label', label],
    ...(user === undefined ? [] : ['--user', user]),
    ...volumes.flatMap((path) => ['--volume', path]),
    ...mounts.flatMap((path) => ['--volume', `${path}:${path}`]),
    ...Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    image,
    ...command,
  ];
}
