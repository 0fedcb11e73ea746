import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { servingManifestKey } from '@foretell/core/domain/lake-keys';
import { createLake } from '@foretell/core/node/lake';
import { environments, type EnvironmentName } from '@foretell/infra/environments';
import { startEngine } from '@foretell/local/containers/engine';
import { ids, keyText, sampleKey, sampleManifest } from '@foretell/prediction-api/testing/sample-manifest';
import { publishSampleModel } from '@foretell/prediction-api/testing/sample-model';
import { startLoad, type ConstantLoad } from '../constant-load.ts';
import { startTool, type RunningTool } from '../run-tool.ts';
import { startLocalCloud, type LocalCloud } from '../start-local-cloud.ts';
import { credentials, endpointOf, exposedUnits, lastEvent, predictionIds, region } from './stored.ts';

/** The prediction API reads a lake of its own: the backend writes its manifest to the other. */
const modelLake = 'foretell-models';

/** Options of a release that is baked for a moment only. */
export const quick = ['--bake-seconds', '3', '--wait-seconds', '300', '--json'];

export const failures = <T extends { readonly status: number }>(answers: readonly T[]): readonly T[] =>
  answers.filter(({ status }) => status !== 200);

export interface ReleaseWorld {
  readonly local: LocalCloud;
  start(args: readonly string[], operator?: string): RunningTool;
  /** What the tool answers; fails with all that it said when it ends with another status. */
  expectTool(args: readonly string[], exitCode: number): Promise<Record<string, unknown>>;
  /** Builds a commit and pushes it. */
  build(commit: string): Promise<void>;
  /** Pushes images that are built, and answers the digest of their prediction API. */
  push(commit: string): Promise<string>;
  load(name: EnvironmentName, perSecond?: number): ConstantLoad;
  /** Calls of an operation since a moment. */
  callsSince(from: number, operation: string): LocalCloud['cloud']['calls'];
  /** The ids of the predictions that DynamoDB has. */
  predictionIds(name: EnvironmentName): Promise<ReadonlySet<string>>;
  /** How many units the warehouse knows to have been exposed. */
  exposedUnits(name: EnvironmentName): Promise<number>;
  /** The ledger's last entry. */
  lastEvent(name: EnvironmentName): Promise<{ readonly event: string; readonly code?: string }>;
  stop(): Promise<void>;
}

/** Staging and production with a model that is served, for a release tool that is run as its operators run it. */
export async function startReleaseWorld(pace: number): Promise<ReleaseWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'foretell-releases-'));
  const engine = await startEngine(dir);
  const local = await startLocalCloud({ dataDir: dir, pace, predictionApi: { LAKE_BUCKET: modelLake } });
  await Promise.all([serveModel(local, 'staging'), serveModel(local, 'production')]);
  const hostOf = (name: EnvironmentName) => `origin.${environments[name].domain}`;
  const world: ReleaseWorld = {
    local,
    start: (args, operator = 'ada') =>
      startTool(args, {
        ...local.toolEnvironment,
        FORETELL_POLL_SECONDS: '0.2',
        FORETELL_OPERATOR: operator,
      }),
    async expectTool(args, exitCode) {
      const run = await world.start(args).ended;
      if (run.exitCode !== exitCode)
        throw new Error(
          `${args.join(' ')} ended with ${String(run.exitCode)}:\n${run.stderr.slice(-6000)}\n${run.stdout}`,
        );
      return JSON.parse(run.stdout) as Record<string, unknown>;
    },
    async build(commit) {
      await world.expectTool(['build', '--commit', commit, '--json'], 0);
    },
    async push(commit) {
      const { images } = await world.expectTool(['push', 'staging', '--commit', commit, '--json'], 0);
      return (images as Record<string, string>)['prediction-api'] ?? '';
    },
    load: (name, perSecond = 20) =>
      startLoad({
        url: local.urlOf(hostOf(name)),
        host: hostOf(name),
        apiKey: keyText('all'),
        model: ids.model,
        entity: 'ATL',
        perSecond,
      }),
    callsSince: (from, operation) =>
      local.cloud.calls.filter((call) => call.at >= from && call.operation === operation),
    predictionIds: (name) => predictionIds(local, name),
    exposedUnits: (name) => exposedUnits(local, name),
    lastEvent: (name) => lastEvent(local, name),
    async stop() {
      await local.stop();
      await engine.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return world;
}

async function serveModel(local: LocalCloud, name: EnvironmentName): Promise<void> {
  const s3 = new S3Client({
    endpoint: endpointOf(local, name),
    region,
    forcePathStyle: true,
    credentials,
  });
  await s3.send(new CreateBucketCommand({ Bucket: modelLake }));
  const lake = createLake(s3, modelLake);
  const served = await publishSampleModel(lake, { workspace: ids.workspace, id: ids.model, version: 1 });
  const experiment = {
    id: ids.experiment,
    seed: 'release',
    split: 0.5,
    fallback: { kind: 'random' as const },
  };
  const manifest = sampleManifest({ models: [{ ...served, experiment }], apiKeys: [sampleKey('all')] });
  await lake.putNew(servingManifestKey, JSON.stringify(manifest));
  s3.destroy();
}

export async function until(
  what: string,
  reached: () => boolean | Promise<boolean>,
  withinMs = 120_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await reached())) {
    if (Date.now() > deadline) throw new Error(`It did not happen within ${withinMs / 1000} s: ${what}`);
    await delay(50);
  }
}
