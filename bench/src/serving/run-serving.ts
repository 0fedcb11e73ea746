import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from '../bench-result.ts';
import { machine, median } from '../bench-result.ts';
import { flaskBodies, measure, platformBodies, type Round } from './measure.ts';
import { pinSelf, startServer, type ServerProcess } from './server-process.ts';
import { writeLake } from './write-lake.ts';

interface Contender {
  server: ServerProcess;
  url: string;
  bodies: readonly string[];
}

const [serverCore, loadCore] = [0, 1];
const [rounds, secondsARound, warmingSeconds] = [5, 4, 4];
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const root = here('../../../');
const python = (name: string) => join(root, '.tools/bench/bin', name);

/** prediction-api's whole path beside the bare echo and beside Flask, in interleaved rounds of one run. */
export async function runServing(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'foretell-bench-'));
  const processes: ServerProcess[] = [];
  pinSelf(loadCore);
  try {
    execFileSync(python('python'), [here('train_model.py'), folder]);
    await writeLake(folder);
    const sinkPort = await freePort();
    processes.push(
      await node(loadCore, [here('aws-sink.ts'), String(sinkPort), folder], {}, sinkPort, '/b/model.txt'),
    );
    const contenders = await startContenders(folder, sinkPort, processes);
    return summarize(await interleave(contenders));
  } finally {
    for (const each of processes.reverse()) await each.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startContenders(folder: string, sinkPort: number, processes: ServerProcess[]) {
  const [echoPort, apiPort, flaskPort] = [await freePort(), await freePort(), await freePort()];
  const sink = `http://127.0.0.1:${sinkPort}`;
  const echo = await node(serverCore, [here('echo-server.ts'), String(echoPort)], {}, echoPort, '/readyz');
  processes.push(echo);
  const api = await node(
    serverCore,
    [join(root, 'prediction-api/src/main.ts')],
    { ...apiEnvironment(sink), PORT: String(apiPort) },
    apiPort,
    '/readyz',
  );
  processes.push(api);
  const gunicorn = ['--workers', '1', '--worker-class', 'sync', '--bind', `127.0.0.1:${flaskPort}`];
  const flask = await startServer(
    serverCore,
    [python('gunicorn'), ...gunicorn, '--chdir', here('.'), 'flask_app:app'],
    { MODEL_FILE: join(folder, 'model.txt') },
    `http://127.0.0.1:${flaskPort}/readyz`,
  );
  processes.push(flask);
  const contender = (server: ServerProcess, port: number, bodies: readonly string[]): Contender => ({
    server,
    url: `http://127.0.0.1:${port}`,
    bodies,
  });
  return {
    echo: contender(echo, echoPort, platformBodies),
    'prediction-api': contender(api, apiPort, platformBodies),
    flask: contender(flask, flaskPort, flaskBodies),
  };
}

function apiEnvironment(sink: string): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    LAKE_BUCKET: 'bench',
    S3_FORCE_PATH_STYLE: 'true',
    PREDICTIONS_TABLE: 'predictions',
    INGEST_TABLE: 'ingest',
    QUEUE_URL_RECORDS: `${sink}/0/records`,
    QUEUE_URL_ASSIGNMENTS: `${sink}/0/assignments`,
    AWS_ENDPOINT_URL: sink,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
  };
}

async function interleave(contenders: Record<string, Contender>): Promise<Record<string, Round[]>> {
  const measured: Record<string, Round[]> = {};
  for (const [name, { server, url, bodies }] of Object.entries(contenders)) {
    await measure(server, url, warmingSeconds, bodies);
    measured[name] = [];
  }
  for (let round = 0; round < rounds; round++)
    for (const [name, { server, url, bodies }] of Object.entries(contenders))
      measured[name]?.push(await measure(server, url, secondsARound, bodies));
  return measured;
}

function summarize(measured: Record<string, Round[]>): BenchResult {
  const of = (name: string, figure: keyof Round) =>
    median((measured[name] ?? []).map((round) => round[figure]));
  const medians = Object.fromEntries(
    Object.keys(measured).map((name) => [
      name,
      {
        requestsPerSecond: of(name, 'requestsPerSecond'),
        cpuMicrosPerRequest: of(name, 'cpuMicrosPerRequest'),
        p50Ms: of(name, 'p50Ms'),
        p99Ms: of(name, 'p99Ms'),
      },
    ]),
  );
  return {
    name: 'serving',
    ratios: {
      cpu_vs_echo: of('prediction-api', 'cpuMicrosPerRequest') / of('echo', 'cpuMicrosPerRequest'),
      rps_vs_flask: of('prediction-api', 'requestsPerSecond') / of('flask', 'requestsPerSecond'),
      cpu_vs_flask: of('prediction-api', 'cpuMicrosPerRequest') / of('flask', 'cpuMicrosPerRequest'),
    },
    medians,
    rounds: measured,
    machine: machine(),
  };
}

const node = (
  core: number,
  args: readonly string[],
  env: Record<string, string>,
  port: number,
  path: string,
) => startServer(core, [process.execPath, ...args], env, `http://127.0.0.1:${port}${path}`);

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no free port')),
      );
    });
  });
}
