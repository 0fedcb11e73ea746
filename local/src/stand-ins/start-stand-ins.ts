import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild, type Child } from '../processes/child.ts';
import { waitUntilReady } from '../processes/wait-until-ready.ts';
import { repositoryRoot } from '../repository-root.ts';

export interface StandInsOptions {
  port: number;
  /** Where the warehouse keeps its files. */
  dataDir: string;
  logFile: string;
  /** AWS endpoints and the lake's names, for COPY and for the functions. */
  environment: Record<string, string>;
  /** Another function than the platform's own. */
  functionEntry?: string;
}

export const sampleFunction = 'foretell-sample';
/** The EMR Serverless application's id. */
export const sparkApplication = '00foretell00local';

/** The part of the services' environment that names what the stand-ins hold. */
export function standInsEnvironmentOf(port: number): Record<string, string> {
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    AWS_ENDPOINT_URL_REDSHIFT_DATA: endpoint,
    AWS_ENDPOINT_URL_LAMBDA: endpoint,
    AWS_ENDPOINT_URL_EMR_SERVERLESS: endpoint,
    SAMPLE_FUNCTION: sampleFunction,
    SPARK_ID: sparkApplication,
    SPARK_JOB_ROLE_ARN: 'arn:aws:iam::000000000000:role/foretell-spark-jobs',
    REDSHIFT_WORKGROUP: 'foretell',
    REDSHIFT_DATABASE: 'foretell',
    REDSHIFT_COPY_ROLE_ARN: 'arn:aws:iam::000000000000:role/foretell-copy',
  };
}

/** Redshift's Data API, Lambda's Invoke and EMR Serverless, in one process on loopback; ready when this resolves. */
export async function startStandIns(options: StandInsOptions): Promise<Child> {
  const child = await startChild({
    name: 'stand-ins',
    command: process.execPath,
    args: [fileURLToPath(new URL('./main.ts', import.meta.url))],
    environment: {
      ...options.environment,
      PORT: String(options.port),
      WAREHOUSE_DIR: join(options.dataDir, 'warehouse'),
      SAMPLE_FUNCTION: sampleFunction,
      SAMPLE_FUNCTION_ENTRY: options.functionEntry ?? join(repositoryRoot, 'workers/src/sample/main.ts'),
    },
    logFile: options.logFile,
    workingDirectory: repositoryRoot,
  });
  await waitUntilReady(child, `http://127.0.0.1:${options.port}/healthz`);
  return child;
}
