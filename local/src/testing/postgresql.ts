import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

export interface Postgresql {
  port: number;
  /** The user `postgres`, who may do anything and, from here, needs no password. */
  url: string;
  stop(): Promise<void>;
}

/** Where Debian puts each version; elsewhere they are on the path. */
const debian = '/usr/lib/postgresql';

function findTool(name: string): string | null {
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ];
  return places.map((place) => join(place, name)).find((path) => existsSync(path)) ?? null;
}

function tool(name: string): string {
  const path = findTool(name);
  if (path === null) throw new Error(`There is no ${name}: scripts/setup/test-tools.sh installs PostgreSQL.`);
  return path;
}

/** Whether the machine has the server: where it has none, its suites say so and are skipped. */
export const hasPostgresql = (): boolean => findTool('initdb') !== null;

/** The server refuses to be root: it is then the user that its package has made. */
function runAs(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (kind: string) => Number(spawnSync('id', [kind, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/**
 * A PostgreSQL server of its own on a free loopback port, its data in a temporary folder that `stop` removes. Others than
 * `postgres` give a password; with `tls` it speaks TLS to who asks for it.
 */
export async function startPostgresql(tls?: { key: string; certificate: string }): Promise<Postgresql> {
  const folder = await mkdtemp(join(tmpdir(), 'foretell-postgresql-'));
  const user = runAs();
  if (user) await chown(folder, user.uid, user.gid);
  const [data, log, port] = [join(folder, 'data'), join(folder, 'log'), await freePort()];
  const made = spawnSync(
    tool('initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...user, encoding: 'utf8', cwd: folder },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const shell = [
    `printf 'host all postgres 127.0.0.1/32 trust\\nhost all all 127.0.0.1/32 scram-sha-256\\n' > data/pg_hba.conf`,
    ...(tls
      ? ['umask 077; printf %s "$KEY" > data/server.key; printf %s "$CERTIFICATE" > data/server.crt']
      : []),
    `exec "$SERVER" -D data -p ${port} -k "$PWD" -h 127.0.0.1 -F${tls ? ' -c ssl=on' : ''} > log 2>&1`,
  ];
  const server = spawn('sh', ['-c', shell.join('\n')], {
    ...user,
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      SERVER: tool('postgres'),
      KEY: tls?.key,
      CERTIFICATE: tls?.certificate,
    },
    stdio: 'ignore',
  });
  const stopped = new Promise((resolve) => server.once('exit', resolve));
  const deadline = Date.now() + 90_000;
  let said = '';
  while (!said.includes('ready to accept connections')) {
    await sleep(50);
    said = await readFile(log, 'utf8').catch(() => '');
    if (server.exitCode !== null || Date.now() > deadline) throw new Error(`postgres did not start: ${said}`);
  }
  return {
    port,
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      // Fast shutdown: whoever is connected is sent away.
      server.kill('SIGINT');
      await stopped;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
