import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@foretell/local/testing/free-port';
import type { BenchResult } from '../bench-result.ts';
import { machine, median } from '../bench-result.ts';
import { createEvaluationMeasure, type EvaluationRound } from './measure-evaluation.ts';
import { flaskBodies, measure, platformBodies, type Round } from './measure.ts';
import { pinSelf, unpinSelf, startServer, type ServerProcess } from './server-process.ts';
import { startApi, startNode, startSink } from './start-node.ts';
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
    processes.push(await startSink(loadCore, sinkPort, folder));
    const contenders = await startContenders(folder, sinkPort, processes);
    return summarize(await interleave(contenders, createEvaluationMeasure(folder)));
  } finally {
    unpinSelf();
    for (const each of processes.reverse()) await each.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startContenders(folder: string, sinkPort: number, processes: ServerProcess[]) {
  const [echoPort, apiPort, flaskPort] = [await freePort(), await freePort(), await freePort()];
  const echo = await startNode(serverCore, [here('echo-server.ts'), String(echoPort)], {}, echoPort);
  processes.push(echo);
  const api = await startApi(serverCore, apiPort, sinkPort);
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

interface Measured {
  servers: Record<string, Round[]>;
  evaluations: EvaluationRound[];
}

async function interleave(
  contenders: Record<string, Contender>,
  evaluate: () => EvaluationRound,
): Promise<Measured> {
  const measured: Record<string, Round[]> = {};
  const evaluations: EvaluationRound[] = [];
  evaluate();
  for (const [name, { server, url, bodies }] of Object.entries(contenders)) {
    await measure(server, url, { duration: warmingSeconds }, bodies);
    measured[name] = [];
  }
  for (let round = 0; round < rounds; round++) {
    for (const [name, { server, url, bodies }] of Object.entries(contenders))
      measured[name]?.push(await measure(server, url, { duration: secondsARound }, bodies));
    evaluations.push(evaluate());
  }
  return { servers: measured, evaluations };
}

function summarize({ servers: measured, evaluations }: Measured): BenchResult {
  const of = (name: string, figure: keyof Round) =>
    median((measured[name] ?? []).map((round) => round[figure]));
  const microsEach = median(evaluations.map((round) => round.microsPerEvaluation));
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
      evaluation_vs_walk: microsEach / median(evaluations.map((round) => round.microsPerWalk)),
    },
    medians: { ...medians, 'one evaluation of 100 trees': { cpuMicrosEach: microsEach } },
    rounds: { ...measured, evaluation: evaluations },
    machine: machine(),
  };
}
