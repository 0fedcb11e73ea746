import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

export interface MariaDb {
  /** A fresh, empty database on the server. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

function findTool(name: string): string | null {
  const places = (process.env['PATH'] ?? '').split(':').concat('/usr/sbin', '/usr/local/sbin');
  return places.map((place) => join(place, name)).find((path) => existsSync(path)) ?? null;
}

function tool(name: string): string {
  const path = findTool(name);
  if (path === null) throw new Error(`There is no ${name}: scripts/setup/test-tools.sh installs MariaDB.`);
  return path;
}

/** Whether the machine has the server: where it has none, its suites say so and are skipped. */
export const hasMariaDb = (): boolean => findTool('mariadbd') !== null;

/** A server that starts clears temporary tables out of this folder: in a shared one those of others go with them. */
const ownTemporary = (folder: string) => `--tmpdir=${folder}`;

function install(folder: string): void {
  const { status, stderr } = spawnSync(
    tool('mariadb-install-db'),
    [
      '--no-defaults',
      `--datadir=${folder}/data`,
      ownTemporary(folder),
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`mariadb-install-db failed: ${stderr}`);
}

async function ready(server: ChildProcess, socket: string, log: string): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (!existsSync(socket)) {
    if (server.exitCode !== null || Date.now() > deadline) {
      throw new Error(`mariadbd did not start: ${await readFile(log, 'utf8').catch(() => 'no log')}`);
    }
    await sleep(50);
  }
}

function run(socket: string, sql: string): void {
  const { status, stderr } = spawnSync(
    tool('mariadb'),
    ['--no-defaults', `--socket=${socket}`, '--user=root', '-e', sql],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`mariadb could not run ${sql}: ${stderr}`);
}

/**
 * A MariaDB server of its own on a free loopback port, its data in a temporary folder that `stop` removes. With `tls` it
 * speaks TLS to who asks for it.
 */
export async function startMariaDb(tls?: { key: string; certificate: string }): Promise<MariaDb> {
  const folder = await mkdtemp(join(tmpdir(), 'foretell-mariadb-'));
  install(folder);
  const tlsFiles = [join(folder, 'key.pem'), join(folder, 'certificate.pem')] as const;
  if (tls) await Promise.all([writeFile(tlsFiles[0], tls.key), writeFile(tlsFiles[1], tls.certificate)]);
  const [port, socket, log] = [await freePort(), join(folder, 'socket'), join(folder, 'error.log')];
  const server = spawn(
    tool('mariadbd'),
    [
      '--no-defaults',
      `--datadir=${folder}/data`,
      ownTemporary(folder),
      `--socket=${socket}`,
      `--port=${port}`,
      `--log-error=${log}`,
      '--bind-address=127.0.0.1',
      '--skip-log-bin',
      ...(tls ? [`--ssl-key=${tlsFiles[0]}`, `--ssl-cert=${tlsFiles[1]}`] : []),
      // Tests need no durability: without these each table made costs several flushes of the disk.
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-doublewrite=0',
      '--innodb-flush-method=nosync',
      '--skip-innodb-buffer-pool-dump-at-shutdown',
      ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    ],
    { stdio: 'ignore' },
  );
  const stopped = new Promise((resolve) => server.once('exit', resolve));
  await ready(server, socket, log);
  return {
    createDatabase(name) {
      run(socket, `CREATE DATABASE \`${name}\``);
      return Promise.resolve(`mysql://root@127.0.0.1:${port}/${name}`);
    },
    async stop() {
      server.kill('SIGTERM');
      await stopped;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
