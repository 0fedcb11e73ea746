import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from '../processes/child.ts';
import { waitUntilReady } from '../processes/wait-until-ready.ts';
import { repositoryRoot } from '../repository-root.ts';
import { freePort } from './free-port.ts';

export interface TestMoto {
  /** What an AWS SDK client is made with. */
  client: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  stop(): Promise<void>;
}

/** moto's server on a free port: AWS APIs that remember what they are told, and refuse some of what AWS would. */
export async function startMoto(): Promise<TestMoto> {
  const folder = await mkdtemp(join(tmpdir(), 'foretell-moto-'));
  const port = await freePort();
  const child = await startChild({
    name: 'moto',
    command: join(repositoryRoot, '.tools/moto/bin/python'),
    args: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
    environment: { TMPDIR: folder, PYTHONDONTWRITEBYTECODE: '1' },
    logFile: join(folder, 'moto.log'),
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, `${endpoint}/moto-api/`);
  return {
    client: {
      endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    async stop() {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
