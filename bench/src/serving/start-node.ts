import { fileURLToPath } from 'node:url';
import { startServer, type ServerProcess } from './server-process.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Starts a script of Node's on a core and waits until `path` answers. */
export const startNode = (
  core: number,
  args: readonly string[],
  env: Record<string, string>,
  port: number,
  path = '/readyz',
): Promise<ServerProcess> =>
  startServer(core, [process.execPath, ...args], env, `http://127.0.0.1:${port}${path}`);

/** The sink, with the files of a folder as objects: among them the serving manifest. */
export const startSink = (core: number, port: number, folder: string): Promise<ServerProcess> =>
  startNode(core, [here('aws-sink.ts'), String(port), folder], {}, port, '/b/serving/manifest.json');

/** The prediction API, as it runs, on top of the sink. */
export const startApi = (core: number, port: number, sinkPort: number): Promise<ServerProcess> =>
  startNode(
    core,
    [here('../../../prediction-api/src/main.ts')],
    { ...apiEnvironment(`http://127.0.0.1:${sinkPort}`), PORT: String(port) },
    port,
  );

const apiEnvironment = (sink: string): Record<string, string> => ({
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
});
