import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServingDataset, ServingManifest } from '@foretell/core/contracts/serving-manifest';
import { servingManifestKey } from '@foretell/core/domain/lake-keys';
import { newId } from '@foretell/core/node/new-id';
import { freePort } from '@foretell/local/testing/free-port';
import { measure } from '../serving/measure.ts';
import { pinSelf, unpinSelf, type ServerProcess } from '../serving/server-process.ts';
import { startApi, startNode, startSink } from '../serving/start-node.ts';
import { keyWith, workspace } from '../serving/write-lake.ts';
import { plainCopy, type Figures, type Rounds } from './figures.ts';

const [serverCore, loadCore] = [0, 1];
/** Requests a round: each takes the server some tenths of a second or more. */
const [apiRequests, copyRequests] = [20, 400];
/** A batch is some fifty calls to AWS: few of them at once keep the server busy. */
const connections = 4;
const recordsABatch = 1000;
const appendServer = fileURLToPath(new URL('append-server.ts', import.meta.url));

const dataset: ServingDataset = {
  id: newId(),
  workspace,
  columns: [
    { name: 'at', type: 'timestamp' },
    { name: 'user', type: 'string' },
    { name: 'price', type: 'double' },
    { name: 'quantity', type: 'integer' },
    { name: 'member', type: 'boolean' },
  ],
  timeColumn: 'at',
};

const bodies = Array.from({ length: 20 }, (_, batch) =>
  JSON.stringify({
    records: Array.from({ length: recordsABatch }, (_, i) => ({
      record_id: `record-${batch}-${i}`,
      timestamp: '2026-01-01T00:00:00.000Z',
      user: `user ${(batch * 7919 + i * 31) % 10_007}`,
      price: ((i * 17) % 10_000) / 100,
      quantity: i % 7,
      member: i % 3 === 0,
    })),
  }),
);
const bytesABatch = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0) / bodies.length;

/** Records until SQS has them, by the prediction API over the sink, beside a server that appends and syncs the same bodies. */
export async function measureIngest(rounds: number): Promise<Rounds> {
  const folder = await mkdtemp(join(tmpdir(), 'foretell-bench-ingest-'));
  const processes: ServerProcess[] = [];
  pinSelf(loadCore);
  try {
    await writeFile(join(folder, servingManifestKey.replaceAll('/', '_')), JSON.stringify(manifest));
    const [sinkPort, apiPort, copyPort] = [await freePort(), await freePort(), await freePort()];
    processes.push(await startSink(loadCore, sinkPort, folder));
    const api = await startApi(serverCore, apiPort, sinkPort);
    processes.push(api);
    const copy = await startNode(
      serverCore,
      [appendServer, String(copyPort), join(folder, 'appended')],
      {},
      copyPort,
    );
    processes.push(copy);
    const ofApi = () => measured(api, apiPort, apiRequests);
    const ofCopy = () => measured(copy, copyPort, copyRequests);
    for (const warm of [ofApi, ofCopy]) await warm();
    const [apis, copies]: [Figures[], Figures[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      apis.push(await ofApi());
      copies.push(await ofCopy());
    }
    return { records: apis, [plainCopy('records')]: copies };
  } finally {
    unpinSelf();
    for (const each of processes.reverse()) await each.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const manifest: ServingManifest = {
  version: 1,
  generation: 1,
  publishedAt: '2026-01-01T00:00:00.000Z',
  models: [],
  datasets: [dataset],
  apiKeys: [keyWith('ingest')],
};

async function measured(server: ServerProcess, port: number, amount: number): Promise<Figures> {
  const path = `/v1/datasets/${dataset.id}/records`;
  const round = await measure(server, `http://127.0.0.1:${port}`, { amount }, bodies, { path, connections });
  return {
    rowsPerSecond: round.requestsPerSecond * recordsABatch,
    mbPerSecond: (round.requestsPerSecond * bytesABatch) / 1e6,
    microsPerRow: round.cpuMicrosPerRequest / recordsABatch,
  };
}
