import { setTimeout as delay } from 'node:timers/promises';
import { environments } from '@foretell/infra/environments';
import { originDomain } from '@foretell/infra/names';
import { failures, quick, type ReleaseWorld } from './release-world.ts';
import { flawedBuild, flawedId } from './variants.ts';

interface Build {
  readonly commit: string;
  /** Its prediction API's. */
  readonly digest: string;
}

/** The calls of a release that change what runs. */
const writes = [
  'ecs.RegisterTaskDefinition',
  'ecs.RunTask',
  'ecs.UpdateService',
  'elbv2.ModifyRule',
  'ssm.PutParameter',
];

/**
 * What releases do when a build is bad, the tool dies or is not alone, or somebody else has moved things. Begins with
 * the second build live on staging, and the first on production with the second standing by.
 */
export function testFailingReleases(
  world: () => ReleaseWorld,
  { first, second }: { readonly first: Build; readonly second: Build },
): void {
  test.each([
    ['crashes', 'rolled-back-by-ecs', 7, quick],
    ['is never healthy', 'unhealthy', 8, ['--wait-seconds', '25', '--json']],
    ['fails its smoke test', 'smoke', 9, quick],
  ] as const)(
    'a build that %s never gets traffic, and the ledger says %s',
    async (flaw, code, exitCode, options) => {
      const bad = flawedBuild(first.commit, flaw);
      await world().push(bad);
      const load = world().load('staging');
      const { message } = await world().expectTool(['deploy-staging', '--commit', bad, ...options], exitCode);
      await load.stop();
      expect(message).toMatch(/prediction-api|openapi/);
      expect(failures(load.answers)).toEqual([]);
      expect(load.answers.filter(({ id }) => id === flawedId)).toEqual([]);
      expect(await world().lastEvent('staging')).toEqual({ event: 'failed', code });
    },
    300_000,
  );

  test('a build that fails its callers leaves by itself: an alarm rings in the bake', async () => {
    const bad = flawedBuild(first.commit, 'fails its callers');
    await world().push(bad);
    const load = world().load('staging', 30);
    await world().expectTool(['deploy-staging', '--commit', bad, ...quick, '--bake-seconds', '60'], 10);
    await load.stop();
    expect(failures(load.answers).length).toBeGreaterThan(0);
    const after = world().load('staging', 30);
    await delay(1000);
    await after.stop();
    expect(failures(after.answers)).toEqual([]);
    expect(await world().lastEvent('staging')).toEqual({ event: 'failed', code: 'alarm' });
  }, 300_000);

  /** Kills the tool at a call of its own, finds its lock, and has the same command end what was begun. */
  async function killAndEnd(args: readonly string[], operation: string): Promise<void> {
    const environment = args[0] === 'deploy-staging' ? 'staging' : 'production';
    const load = world().load(environment);
    const run = world().start(args);
    const off = world().local.cloud.onCall((call) => {
      if (call.operation === operation) run.kill();
    });
    const { exitCode } = await run.ended;
    off();
    expect(exitCode).toBeNull();
    const { message } = await world().expectTool(args, 4);
    expect(message).toMatch(/is locked by ada \(.+\), taken \d+ s ago, last renewed \d+ s ago/);
    await world().expectTool(['unlock', environment, '--yes', '--json'], 0);
    await world().expectTool(args, 0);
    await load.stop();
    expect(failures(load.answers)).toEqual([]);
  }

  // The first finds no standby, the others a warm one.
  test.each([
    ['ecs.UpdateService', first.commit],
    ['elbv2.ModifyRule', second.commit],
    ['ssm.PutParameter', first.commit],
  ])(
    'a deploy killed at %s drops nothing, and the next run ends it',
    async (operation, commit) => {
      await killAndEnd(['deploy-staging', '--commit', commit, ...quick], operation);
      expect(await world().lastEvent('staging')).toEqual({ event: 'verified' });
    },
    300_000,
  );

  test('of two operators at once one wins, and the other is told who', async () => {
    const [ada, bob] = await Promise.all(
      ['ada', 'bob'].map(
        (operator) => world().start(['deploy-staging', '--commit', second.commit, ...quick], operator).ended,
      ),
    );
    const adaWon = ada?.exitCode === 0;
    expect([ada?.exitCode, bob?.exitCode]).toEqual(adaWon ? [0, 4] : [4, 0]);
    expect((adaWon ? bob : ada)?.stdout).toContain(`staging is locked by ${adaWon ? 'ada' : 'bob'}`);
  }, 300_000);

  test('a promote and a rollback killed between two rules drop nothing, and the next run ends them', async () => {
    await killAndEnd(['promote', '--yes', ...quick], 'elbv2.ModifyRule');
    expect(await world().lastEvent('production')).toEqual({ event: 'verified' });
    await killAndEnd(['rollback', 'production', '--yes', '--json'], 'elbv2.ModifyRule');
    expect(await world().lastEvent('production')).toEqual({ event: 'rolled-back' });
  }, 300_000);

  test('weights that somebody moved by hand are told, and nothing is changed', async () => {
    const rule = world()
      .local.cloud.cloud.listeners.flatMap(({ rules }) => rules)
      .find(
        ({ hosts, forward }) => hosts.includes(originDomain(environments.production)) && forward.length === 2,
      );
    if (!rule) throw new Error('there is no weighted rule');
    const before = rule.forward;
    rule.forward = before.map((each) => ({ ...each, weight: 50 }));
    const from = Date.now();
    await world().expectTool(['promote', '--yes', ...quick], 11);
    expect(writes.flatMap((operation) => world().callsSince(from, operation))).toEqual([]);
    rule.forward = before;
  }, 100_000);

  test('an image whose scan found something critical, or that has no scan, is refused, and nothing is changed', async () => {
    const from = Date.now();
    for (const scan of [[{ name: 'CVE-0000-0001', severity: 'CRITICAL' as const }], null]) {
      world().local.cloud.setScan(first.digest, scan);
      world().local.cloud.setScan(second.digest, scan);
      await world().expectTool(['deploy-staging', '--commit', first.commit, ...quick], 5);
      await world().expectTool(['promote', '--yes', ...quick], 5);
    }
    expect(writes.flatMap((operation) => world().callsSince(from, operation))).toEqual([]);
  }, 100_000);
}
