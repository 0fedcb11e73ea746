import { environmentNames } from '@foretell/infra/environments';
import { environmentStatus } from '../release/environment-status.ts';
import { readLock } from '../release/lock.ts';
import { statusText } from '../release/print-status.ts';
import { readState } from '../release/read-state.ts';
import { environmentOf, runVerb, type VerbAnswer } from '../release/run-verb.ts';

/** `status [ENV]`: what is live, what stands by, where a rollback goes and how long it takes; both environments, or one. */
export const status = (args: readonly string[], variables: NodeJS.ProcessEnv): Promise<number> =>
  runVerb(
    {
      name: 'status',
      async run(call): Promise<VerbAnswer> {
        const names = call.positionals[0] ? [environmentOf(call)] : environmentNames;
        const found = await Promise.all(
          names.map(async (name) => {
            const { aws, target, now } = call.open(name);
            const [state, lock] = await Promise.all([readState(aws, target), readLock(aws, name)]);
            return environmentStatus(target, state, lock, now());
          }),
        );
        return { message: found.map(statusText).join('\n\n'), status: found };
      },
    },
    args,
    variables,
  );
