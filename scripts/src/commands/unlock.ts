import { breakLock, describeLock, readLock } from '../release/lock.ts';
import { environmentOf, runVerb, type VerbAnswer } from '../release/run-verb.ts';

/** `unlock ENV [--yes]`: takes the lock away from a run that is dead. */
export const unlock = (args: readonly string[], variables: NodeJS.ProcessEnv): Promise<number> =>
  runVerb(
    {
      name: 'unlock',
      async run(call): Promise<VerbAnswer> {
        const environment = environmentOf(call);
        const { aws, now } = call.open(environment);
        const lock = await readLock(aws, environment);
        if (!lock) return { message: `${environment} is not locked` };
        const whose = describeLock(lock, now());
        if (call.dryRun)
          return { message: `dynamodb:DeleteItem would take the lock of ${environment} from ${whose}` };
        await call.confirm(environment, `The lock of ${environment} is held by ${whose}`);
        await breakLock(aws, environment, lock.id);
        return { message: `The lock of ${environment} was ${whose}. It is taken away.` };
      },
    },
    args,
    variables,
  );
