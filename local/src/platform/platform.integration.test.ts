import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../testing/free-port.ts';
import type { PlatformPorts } from './ports.ts';
import { startPlatform } from './start-platform.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const patienceMs = 120_000;
/** Of a test that starts a platform twice. */
const testMs = 400_000;
let dataDir: string;
let ports: PlatformPorts;
const lines: string[] = [];
const write = (line: string) => void lines.push(line);
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'foretell-platform-'));
  const [control, publicPort, aws, standIns] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  ports = { control, public: publicPort, aws, standIns };
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const control = (path: string) => `http://127.0.0.1:${ports.control}/api${path}`;
const account = { email: 'ada@example.com', password: 'a long enough password' };

async function post(path: string, body: object): Promise<Response> {
  return fetch(control(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline)
      throw new Error(`it did not happen within ${patienceMs} ms:\n${lines.join('\n')}`);
    await delay(100);
  }
}

test(
  'what it kept is there after a restart; a service that dies is started again; a second platform is refused',
  async () => {
    const first = await startPlatform({ dataDir, ports, write });
    expect((await post('/signup', { ...account, workspace: 'Ada' })).status).toBe(201);
    await expect(startPlatform({ dataDir, ports, write })).rejects.toThrow(/Another platform is running on/);

    const before = first.pid('prediction-api');
    process.kill(before, 'SIGKILL');
    await until(() => first.pid('prediction-api') !== before);
    expect(lines.join('\n')).toMatch(/prediction-api ended \(SIGKILL\); starting it again in 0\.5 s/);
    await until(() => answers(`${first.urls.public}/healthz`));
    await first.stop();
    expect(await answers(`${first.urls.public}/healthz`)).toBe(false);

    const second = await startPlatform({ dataDir, ports, write });
    expect((await post('/sessions', account)).status).toBe(201);
    await second.stop();
  },
  testMs,
);

test('a taken port is named, with what it is wanted for, and nothing is left running', async () => {
  const taken = createServer().listen(ports.public, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  await expect(startPlatform({ dataDir, ports, write })).rejects.toThrow(
    `port ${port} for the public API (--public-port)`,
  );
  taken.close();
  expect(await answers(`http://127.0.0.1:${ports.aws}/_ministack/ready`)).toBe(false);
});

test(
  'after the platform itself was killed the next one stops what it left, and goes on with its data',
  async () => {
    const flags = [
      ['data-dir', dataDir],
      ['control-port', ports.control],
      ['public-port', ports.public],
      ['aws-port', ports.aws],
      ['stand-ins-port', ports.standIns],
    ].map(([flag, value]) => `--${flag}=${value}`);
    const killed = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...flags], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    killed.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    await until(() => printed.includes('Ctrl-C stops it'));
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(await answers(control('/openapi.json'))).toBe(true);

    lines.length = 0;
    const next = await startPlatform({ dataDir, ports, write });
    for (const name of ['ministack', 'stand-ins', 'backend', 'workers', 'prediction-api'])
      expect(lines.join('\n')).toContain(`stopping ${name} (process`);
    expect((await post('/sessions', account)).status).toBe(201);
    await next.stop();
  },
  testMs,
);
