import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, type Child } from '../processes/child.ts';
import { waitUntilReady } from '../processes/wait-until-ready.ts';
import { python } from '../ministack/start-ministack-child.ts';
import { repositoryRoot } from '../repository-root.ts';
import type { PlatformPorts } from './ports.ts';

export interface ServiceOptions {
  dataDir: string;
  ports: PlatformPorts;
  /** What all services share: AWS endpoints, names of resources, the database. */
  environment: Record<string, string>;
}

/** Connections may name databases on the laptop itself. */
const thisMachine = '127.0.0.1,localhost';

type ServiceName = 'backend' | 'workers' | 'prediction-api';

export interface Service {
  name: ServiceName;
  command: string;
  start: () => Promise<Child>;
}

export const originOf = (port: number) => `http://127.0.0.1:${port}`;

/** How each service of the platform is started here: the programs that run on AWS, told where to find their AWS. */
export function services({ dataDir, ports, environment }: ServiceOptions): Service[] {
  const run = (name: ServiceName, own: Record<string, string>) =>
    startChild({
      name,
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', join(repositoryRoot, name, 'src/main.ts')],
      environment: { ...environment, ...own, EGRESS_ALLOWED_HOSTS: thisMachine },
      logFile: join(dataDir, 'logs', `${name}.log`),
      workingDirectory: repositoryRoot,
    });

  const service = (name: ServiceName, start: Service['start']): Service => ({
    name,
    command: `${name}/src/main.ts`,
    start,
  });
  return [
    service('backend', async () => {
      const child = await run('backend', {
        HOST: '127.0.0.1',
        PORT: String(ports.control),
        DASHBOARD_DIR: join(repositoryRoot, 'dashboard/dist'),
        PUBLIC_API_URL: originOf(ports.public),
      });
      await waitUntilReady(child, `${originOf(ports.control)}/readyz`);
      return child;
    }),
    service('workers', () => {
      const workDir = join(dataDir, 'work');
      mkdirSync(workDir, { recursive: true });
      // As in the image: see docs/adr/0021.
      const memory = {
        MALLOC_ARENA_MAX: '2',
        DUCKDB_JE_MALLOC_CONF: 'narenas:1',
        NODE_OPTIONS: '--max-semi-space-size=2',
      };
      const own = { DASHBOARD_URL: originOf(ports.control), PYTHON: python, WORK_DIR: workDir };
      return run('workers', { ...own, ...memory });
    }),
    service('prediction-api', async () => {
      const child = await run('prediction-api', { HOST: '127.0.0.1', PORT: String(ports.public) });
      await waitUntilReady(child, `${originOf(ports.public)}/healthz`);
      return child;
    }),
  ];
}
