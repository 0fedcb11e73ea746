import { releaseBake } from '@foretell/core/contracts/release-bake';
import type { Aws } from './aws-calls.ts';
import { ReleaseError } from './errors.ts';
import type { Wait } from './steps.ts';
import type { WaitDeps } from './wait-deps.ts';

type Bake = Extract<Wait, { for: 'bake' }>;

/** Alarms that start more tasks: nobody needs to act on them. */
const scaling = /-scale-on-age$/;

async function ringing(aws: Aws, { watched }: Bake): Promise<readonly string[]> {
  const perService = await Promise.all(
    watched.map(async ({ alarmPrefix, since }) => {
      const { MetricAlarms = [] } = await aws('cloudwatch:DescribeAlarms', {
        AlarmNamePrefix: alarmPrefix,
        AlarmTypes: ['MetricAlarm'],
        StateValue: 'ALARM',
      });
      return MetricAlarms.filter(
        ({ AlarmName = '', StateTransitionedTimestamp }) =>
          !scaling.test(AlarmName) &&
          (StateTransitionedTimestamp?.getTime() ?? Infinity) >= Date.parse(since),
      ).map(({ AlarmName = '' }) => AlarmName);
    }),
  );
  return perService.flat();
}

/** The guard may have been quicker, and it does not depend on us. */
async function guardActed(aws: Aws, { bakeParameters, release }: Bake): Promise<string | null> {
  if (bakeParameters.length === 0) return null;
  const { Parameters = [] } = await aws('ssm:GetParameters', { Names: [...bakeParameters] });
  for (const { Value = '' } of Parameters) {
    const bake = releaseBake.parse(JSON.parse(Value));
    if (bake.state === 'reverted' && bake.release === release) return bake.alarm;
  }
  return null;
}

/** Watches until the bake is over; at least once, also when it was over before this run began. */
export async function watchBake(bake: Bake, { aws, now, sleep, look, pollMs }: WaitDeps): Promise<void> {
  const end = Date.parse(bake.until);
  for (;;) {
    const [alarms, guard] = await Promise.all([ringing(aws, bake), guardActed(aws, bake)]);
    if (guard !== null)
      throw new ReleaseError('alarm', `The alarm ${guard} rang, and the guard took the traffic back`);
    if (alarms.length > 0) throw new ReleaseError('alarm', `In the bake ${alarms.join(', ')} rang`);
    const left = end - now().getTime();
    if (left <= 0) return;
    await look(`${Math.ceil(left / 1000)} s left, no alarm rings`);
    await sleep(Math.min(pollMs, left));
  }
}
