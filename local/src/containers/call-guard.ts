import { awsEnvironment } from '../aws-environment.ts';
import { invokeFunction } from '../lambda/invoke-function.ts';
import type { WatchedAlarm } from './alarms.ts';
import type { Seeded } from './seed.ts';

interface Guard {
  /** The function's module; undefined: nothing is called. */
  readonly entry: string | undefined;
  readonly region: string;
  /** Where it finds AWS. */
  readonly endpoint: string;
}

/** EventBridge's part: the guard that watches this alarm's service is invoked, in a process of its own. */
export function callGuard(
  { name }: WatchedAlarm,
  guards: Seeded['guards'],
  { entry, region, endpoint }: Guard,
): void {
  const watches = ({ GUARDED = '{}' }: Readonly<Record<string, string>>) =>
    Object.keys(JSON.parse(GUARDED) as object).some((prefix) => name.startsWith(prefix));
  const variables = guards.find(watches);
  if (entry === undefined || !variables) return;
  const environment = { ...awsEnvironment(endpoint), AWS_REGION: region, ...variables };
  const event = JSON.stringify({ detail: { alarmName: name, state: { value: 'ALARM' } } });
  invokeFunction({ entry, environment, timeoutMs: 30_000 }, event).then(
    ({ functionError, payload }) => {
      if (functionError) console.error(`the guard failed on ${name}: ${payload}`);
    },
    (error: unknown) => console.error(`the guard could not be called on ${name}`, error),
  );
}
