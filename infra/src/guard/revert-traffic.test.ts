import type { ReleaseBake } from '@foretell/core/contracts/release-bake';
import { revertTraffic } from './revert-traffic.ts';

const alarm = 'foretell-staging-backend-green-errors';
const service = {
  alarmPrefix: 'foretell-staging-backend-',
  bakeParameter: '/bake',
  ruleArn: 'rule',
  targetGroups: { blue: 'tg-blue', green: 'tg-green' },
};
const baking: ReleaseBake = {
  state: 'baking',
  release: 'r7',
  until: '2025-11-23T12:00:00.000Z',
  from: 'blue',
  to: 'green',
};

function guard(bake: unknown, now = '2025-11-23T11:59:00.000Z', fail?: 'write', rings = alarm) {
  const calls: string[] = [];
  let stored = JSON.stringify(bake);
  const run = () =>
    revertTraffic(service, rings, {
      readParameter: () => Promise.resolve(stored),
      writeParameter: (name, value) => {
        if (fail) return Promise.reject(new Error('throttled'));
        calls.push(`write ${name}`);
        stored = value;
        return Promise.resolve();
      },
      moveTraffic: (rule, all, none) => {
        calls.push(`move ${rule}: ${all} 100, ${none} 0`);
        return Promise.resolve();
      },
      now: () => new Date(now),
    });
  return { run, calls, stored: () => JSON.parse(stored) as ReleaseBake };
}

test('an alarm during the bake takes the traffic back to where it came from, and notes it', async () => {
  const { run, calls, stored } = guard(baking);
  expect(await run()).toEqual({ acted: true, release: 'r7', live: 'blue' });
  expect(calls).toEqual(['move rule: tg-blue 100, tg-green 0', 'write /bake']);
  expect(stored()).toMatchObject({ state: 'reverted', release: 'r7', alarm, live: 'blue' });
});

test('a second alarm finds the traffic back already, and touches nothing', async () => {
  const { run, calls } = guard(baking);
  await run();
  expect(await run()).toEqual({ acted: false, because: 'not baking' });
  expect(calls).toHaveLength(2);
});

test.each([
  ['no release is watched', { state: 'idle' }, '2025-11-23T11:59:00.000Z', 'not baking'],
  ['the bake is over', baking, '2025-11-23T12:00:01.000Z', 'bake is over'],
])('when %s, an alarm moves nothing', async (_, bake, now, because) => {
  const { run, calls } = guard(bake, now);
  expect(await run()).toEqual({ acted: false, because });
  expect(calls).toEqual([]);
});

test('traffic is back even when the note cannot be written', async () => {
  const { run, calls } = guard(baking, undefined, 'write');
  await expect(run()).rejects.toThrow('throttled');
  expect(calls).toEqual(['move rule: tg-blue 100, tg-green 0']);
});

test('an alarm of the colour that traffic came from does not send it back there', async () => {
  const { run, calls } = guard(baking, undefined, undefined, 'foretell-staging-backend-blue-unhealthy');
  expect(await run()).toEqual({ acted: false, because: 'not of the new colour' });
  expect(calls).toEqual([]);
});

test('a parameter that is not what it should be moves nothing', async () => {
  const { run, calls } = guard({ state: 'baking', from: 'red' });
  await expect(run()).rejects.toThrow();
  expect(calls).toEqual([]);
});
