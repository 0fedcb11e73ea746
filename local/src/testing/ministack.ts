import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsEnvironment } from '../aws-environment.ts';
import { startMinistackChild } from '../ministack/start-ministack-child.ts';
import { freePort } from './free-port.ts';

export interface TestMinistack {
  endpoint: string;
  /** For child processes, or `Object.assign(process.env, …)` before a test makes its AWS clients. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/** A local AWS of a test's own: on a free port, its state in a fresh folder that goes with it unless `stateDir` is given. */
export async function startMinistack(
  options: { port?: number; stateDir?: string } = {},
): Promise<TestMinistack> {
  const stateDir = options.stateDir ?? (await mkdtemp(join(tmpdir(), 'foretell-aws-')));
  const port = options.port ?? (await freePort());
  const child = await startMinistackChild({ port, stateDir, logFile: join(stateDir, 'ministack.log') });
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    environment: awsEnvironment(endpoint),
    async stop() {
      await child.stop();
      if (options.stateDir === undefined) await rm(stateDir, { recursive: true, force: true });
    },
  };
}
