import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { colourHeader } from '@foretell/core/contracts/release-names';
import { environments } from '@foretell/infra/environments';
import { missingEngine } from '@foretell/local/containers/engine';
import { askOverHttp } from '../release/ask-over-http.ts';
import { commitWith } from './commits.ts';
import { testFailingReleases } from './testing/failing-releases.ts';
import { failures, quick, startReleaseWorld, until, type ReleaseWorld } from './testing/release-world.ts';

const missing = await missingEngine();
const describeWithEngine = missing === null ? describe : describe.skip;

/** AWS's time passes twenty times as fast here; containers' time does not. */
const pace = 0.05;

describeWithEngine(
  `releases on running containers${missing === null ? '' : ` (SKIPPED: ${missing})`}`,
  () => {
    let world: ReleaseWorld;
    const first = { commit: commitWith('The first build'), digest: '' };
    const second = { commit: commitWith('The second build'), digest: '' };

    beforeAll(async () => {
      world = await startReleaseWorld(pace);
      for (const build of [first, second]) await world.build(build.commit);
      for (const build of [first, second]) build.digest = await world.push(build.commit);
    }, 900_000);

    afterAll(() => world.stop(), 120_000);

    const answersOf = (digest: string, after = 0) =>
      world.local.cloud.answers.filter(({ at, target }) => at > after && target?.image.endsWith(digest));
    const lastAnswerOf = (digest: string) => Math.max(0, ...answersOf(digest).map(({ at }) => at));

    test('an image says its commit, and does not run as root', () => {
      const about = execFileSync(
        'docker',
        [
          'inspect',
          '--format',
          '{{.Config.User}} {{index .Config.Labels "org.opencontainers.image.revision"}} {{json .Config.Cmd}}',
          `foretell/backend:${first.commit}`,
        ],
        { encoding: 'utf8' },
      );
      expect(about.trim()).toBe(
        `node ${first.commit} ["node","--disable-warning=ExperimentalWarning","backend/src/main.ts"]`,
      );
    });

    test('a commit is verified on staging and promoted, byte for byte', async () => {
      await world.expectTool(['promote', '--yes', ...quick], 3);
      // AWS turns calls away when it is asked too often: they are made again.
      for (const operation of ['ecs.UpdateService', 'ecs.RunTask', 'elbv2.ModifyRule', 'ssm.PutParameter'])
        world.local.cloud.throttle(operation, 2);
      await world.expectTool(['deploy-staging', '--commit', first.commit, ...quick], 0);
      expect(world.local.cloud.calls.filter(({ error }) => error === 'ThrottlingException')).toHaveLength(8);
      await world.expectTool(['promote', '--yes', ...quick], 0);
      const running = world.local.cloud.cloud.services
        .filter(({ name, desiredCount }) => name.startsWith('prediction-api') && desiredCount > 0)
        .map(({ deployments }) => deployments[0]?.definition.containerDefinitions?.[0]?.image);
      expect(running).toHaveLength(2);
      expect(running[0]).toContain(first.digest);
      expect(running[1]).toBe(running[0]);
    }, 400_000);

    test('status tells what both environments run, and the standby is behind a door', async () => {
      const { status } = await world.expectTool(['status', '--json'], 0);
      const healthy = { desired: 2, running: 2, healthy: 2 };
      const live = {
        colour: 'green',
        weight: 100,
        digest: first.digest,
        commit: first.commit,
        tasks: healthy,
      };
      for (const environment of ['staging', 'production'])
        expect(status).toContainEqual(
          expect.objectContaining({
            environment,
            live: expect.objectContaining({ commit: first.commit }),
            services: expect.arrayContaining([
              expect.objectContaining({ service: 'prediction-api', colours: expect.arrayContaining([live]) }),
            ]),
            rollback: expect.objectContaining({ target: null, ready: false }),
            problems: [],
          }),
        );
      const host = `origin.${environments.staging.domain}`;
      const statuses = await Promise.all(
        ['green', 'blue'].map((colour) =>
          askOverHttp({
            origin: world.local.urlOf(host),
            host,
            path: '/readyz',
            headers: { [colourHeader]: colour },
          }),
        ),
      );
      // Blue runs nothing yet: both were answered by the colour that has the traffic.
      expect(statuses.map(({ status: code }) => code)).toEqual([200, 200]);
    });

    test('under load, deploy, promote and rollback fail no request and lose no prediction and no message; a rollback is one call a rule', async () => {
      const load = world.load('production');
      await world.expectTool(['deploy-staging', '--commit', second.commit, ...quick], 0);
      await world.expectTool(['promote', '--yes', ...quick], 0);
      expect(answersOf(second.digest).length).toBeGreaterThan(0);
      const commanded = Date.now();
      await world.expectTool(['rollback', 'production', '--yes', '--json'], 0);
      const rollbackMs = lastAnswerOf(second.digest) - commanded;
      await delay(1000);
      await load.stop();
      expect(world.callsSince(commanded, 'elbv2.ModifyRule')).toHaveLength(2);
      expect(
        world
          .callsSince(commanded, 'ssm.PutParameter')
          .filter(({ input }) => String(input['Name']).endsWith('active-colour')),
      ).toHaveLength(1);
      expect(lastAnswerOf(second.digest) - commanded).toBe(rollbackMs);

      expect(failures(load.answers)).toEqual([]);
      expect(load.answers.length).toBeGreaterThan(100);
      const stored = await world.predictionIds('production');
      expect(load.answers.filter(({ id }) => id === null || !stored.has(id))).toEqual([]);
      // Each answer was for a unit of its own, and told the experiment of it by SQS.
      await until(
        'the warehouse knows as many exposed units as were answered',
        async () => (await world.exposedUnits('production')) >= load.answers.length,
      );
      expect(await world.exposedUnits('production')).toBe(load.answers.length);
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
          targetGroup?.targets.some(({ image }) => image.endsWith(first.digest)),
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

    testFailingReleases(() => world, { first, second });
  },
);
