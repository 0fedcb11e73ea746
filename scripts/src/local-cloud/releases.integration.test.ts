import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { missingEngine } from '@foretell/local/containers/engine';
import { commitWith } from './commits.ts';
import { startReleaseWorld, until, type ReleaseWorld } from './testing/release-world.ts';
import { flawedBuild } from './testing/variants.ts';

const missing = await missingEngine();
const describeWithEngine = missing === null ? describe : describe.skip;

/** AWS's time passes twenty times as fast here; containers' time does not. */
const pace = 0.05;
const waits = ['--wait-seconds', '150', '--json'];
const quick = ['--bake-seconds', '3', ...waits];

describeWithEngine(
  `releases on running containers${missing === null ? '' : ` (SKIPPED: ${missing})`}`,
  () => {
    let world: ReleaseWorld;
    const [first, second] = [commitWith('The first build'), commitWith('The second build')];
    let firstDigest: string;
    let secondDigest: string;

    beforeAll(async () => {
      world = await startReleaseWorld(pace);
      await world.build(first);
      await world.build(second);
      firstDigest = await world.push(first);
      secondDigest = await world.push(second);
    }, 900_000);

    afterAll(() => world.stop(), 120_000);

    const answersOf = (digest: string, after = 0) =>
      world.local.cloud.answers.filter(({ at, target }) => at > after && target?.image.endsWith(digest));
    const lastAnswerOf = (digest: string) => Math.max(0, ...answersOf(digest).map(({ at }) => at));
    /** Calls of an operation since a moment. */
    const callsSince = (from: number, operation: string) =>
      world.local.cloud.calls.filter((call) => call.at >= from && call.operation === operation);
    const failures = (answers: readonly { status: number }[]) =>
      answers.filter(({ status }) => status !== 200);

    test('an image says its commit, and does not run as root', () => {
      const about = execFileSync(
        'docker',
        [
          'inspect',
          '--format',
          '{{.Config.User}} {{index .Config.Labels "org.opencontainers.image.revision"}} {{json .Config.Cmd}}',
          `foretell/backend:${first}`,
        ],
        { encoding: 'utf8' },
      );
      expect(about.trim()).toBe(
        `node ${first} ["node","--disable-warning=ExperimentalWarning","backend/src/main.ts"]`,
      );
    });

    test('a commit is verified on staging and promoted, byte for byte', async () => {
      await world.expectTool(['promote', '--yes', ...quick], 3);
      await world.expectTool(['deploy-staging', '--commit', first, ...quick], 0);
      await world.expectTool(['promote', '--yes', ...quick], 0);
      const running = world.local.cloud.cloud.services
        .filter(({ name, desiredCount }) => name.startsWith('prediction-api') && desiredCount > 0)
        .map(({ deployments }) => deployments[0]?.definition.containerDefinitions?.[0]?.image);
      expect(running).toHaveLength(2);
      expect(running[0]).toContain(firstDigest);
      expect(running[1]).toBe(running[0]);
    }, 400_000);

    test('under load, deploy, promote and rollback fail no request and lose no prediction; a rollback is one call a rule', async () => {
      const load = world.load('production');
      await world.expectTool(['deploy-staging', '--commit', second, ...quick], 0);
      await world.expectTool(['promote', '--yes', ...quick], 0);
      expect(answersOf(secondDigest).length).toBeGreaterThan(0);
      const commanded = Date.now();
      await world.expectTool(['rollback', 'production', '--yes', '--json'], 0);
      const rollbackMs = lastAnswerOf(secondDigest) - commanded;
      await delay(1000);
      await load.stop();
      expect(callsSince(commanded, 'elbv2.ModifyRule')).toHaveLength(2);
      expect(
        callsSince(commanded, 'ssm.PutParameter').filter(({ input }) =>
          String(input['Name']).endsWith('active-colour'),
        ),
      ).toHaveLength(1);
      expect(lastAnswerOf(secondDigest) - commanded).toBe(rollbackMs);

      expect(failures(load.answers)).toEqual([]);
      expect(load.answers.length).toBeGreaterThan(100);
      const stored = await world.predictionIds('production');
      expect(load.answers.filter(({ id }) => id === null || !stored.has(id))).toEqual([]);
      console.log(
        `rollback: the bad build's last answer came ${rollbackMs} ms after the command was given (${load.answers.length} requests, none failed)`,
      );
      // Far above what it takes: the machine may be busy.
      expect(rollbackMs).toBeLessThan(15_000);
    }, 600_000);

    test('a rolling deployment, ECS’s own way to another build, fails no request either, and its time stands beside', async () => {
      const service = world.local.cloud.cloud.services.find(
        ({ cluster, name, targetGroup }) =>
          cluster === 'production' &&
          name.startsWith('prediction-api') &&
          targetGroup?.targets.some(({ image }) => image.endsWith(firstDigest)),
      );
      if (!service) throw new Error('the good build does not run');
      const load = world.load('production');
      const ecs = new ECSClient({
        endpoint: world.local.cloud.endpoint,
        region: 'eu-west-1',
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      });
      const commanded = Date.now();
      await ecs.send(
        new UpdateServiceCommand({ cluster: 'production', service: service.name, forceNewDeployment: true }),
      );
      await until(
        'the deployment is complete',
        () => service.deployments.length === 1 && service.deployments[0]?.state === 'COMPLETED',
        120_000,
      );
      const nativeMs = Date.now() - commanded;
      await load.stop();
      ecs.destroy();
      expect(failures(load.answers)).toEqual([]);
      console.log(
        `native redeploy of the same service: ${nativeMs} ms, with AWS's own delays at ${pace} of their length`,
      );
      expect(nativeMs).toBeGreaterThan(1000);
    }, 200_000);

    test('a build that crashes never gets traffic: ECS gives it up, and the ledger says so', async () => {
      const bad = flawedBuild(first, 'crashes');
      await world.push(bad);
      const load = world.load('staging');
      await world.expectTool(['deploy-staging', '--commit', bad, ...quick], 7);
      await load.stop();
      expect(failures(load.answers)).toEqual([]);
      expect(await world.lastEvent('staging')).toMatchObject({ event: 'failed' });
    }, 300_000);
  },
);
