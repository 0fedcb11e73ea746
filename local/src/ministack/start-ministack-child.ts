import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { awsEnvironment } from '../aws-environment.ts';
import { startChild, type Child } from '../processes/child.ts';
import { waitUntilReady } from '../processes/wait-until-ready.ts';
import { repositoryRoot } from '../repository-root.ts';

/** The interpreter of the venv that the set-up makes. */
export const python = join(repositoryRoot, '.tools/runtime/bin/python');

export interface MinistackOptions {
  port: number;
  /** What it keeps over restarts. All but S3 is kept only when it is stopped with SIGTERM. */
  stateDir: string;
  logFile: string;
}

/** The stand-in for S3, SQS, DynamoDB, SES, API Gateway and other AWS APIs, on loopback; ready when this resolves. */
export async function startMinistackChild({ port, stateDir, logFile }: MinistackOptions): Promise<Child> {
  const temporary = join(stateDir, 'tmp');
  mkdirSync(temporary, { recursive: true });
  // It checks presigned URLs against its own credentials: they must be those the services sign with.
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = awsEnvironment(`http://127.0.0.1:${port}`);
  const child = await startChild({
    name: 'ministack',
    command: python,
    args: ['-m', 'ministack'],
    environment: {
      AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY,
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      PERSIST_STATE: '1',
      STATE_DIR: join(stateDir, 'services'),
      S3_PERSIST: '1',
      S3_DATA_DIR: join(stateDir, 's3'),
      TMPDIR: temporary,
      LOG_LEVEL: 'WARNING',
      PYTHONDONTWRITEBYTECODE: '1',
    },
    logFile,
  });
  await waitUntilReady(child, `http://127.0.0.1:${port}/_ministack/ready`);
  return child;
}
