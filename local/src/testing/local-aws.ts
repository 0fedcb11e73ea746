import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createResources, type Resources } from '../resources.ts';
import { standInsEnvironmentOf, startStandIns } from '../stand-ins/start-stand-ins.ts';
import { freePort } from './free-port.ts';
import { startMinistack } from './ministack.ts';

export interface TestAws {
  resources: Resources;
  /** All that a service needs to find its AWS: endpoints, credentials, names. */
  environment: Record<string, string>;
  /** Stops the stand-ins with SIGKILL and, once `whileDown` has happened, starts them again on the same data. */
  crashStandIns(whileDown?: Promise<unknown>): Promise<void>;
  stop(): Promise<void>;
}

/** The whole local AWS for a test: ministack with its resources, Redshift's Data API and Lambda, in folders of its own. */
export async function startLocalAws(options: { functionEntry?: string } = {}): Promise<TestAws> {
  const dataDir = await mkdtemp(join(tmpdir(), 'foretell-local-'));
  const [ministack, port] = await Promise.all([
    startMinistack({ stateDir: join(dataDir, 'ministack') }),
    freePort(),
  ]);
  const resources = await createResources(ministack.endpoint);
  const environment = {
    ...ministack.environment,
    ...resources.environment,
    ...standInsEnvironmentOf(port),
  };
  const start = () =>
    startStandIns({ port, dataDir, logFile: join(dataDir, 'stand-ins.log'), environment, ...options });
  let standIns = await start();
  return {
    resources,
    environment,
    async crashStandIns(whileDown) {
      process.kill(standIns.pid, 'SIGKILL');
      await standIns.exited;
      await whileDown;
      standIns = await start();
    },
    async stop() {
      await Promise.all([standIns.stop(), ministack.stop()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
