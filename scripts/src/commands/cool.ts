import { planCool } from '../release/plan-cool.ts';
import { describePlan } from '../release/print-plan.ts';
import { readState } from '../release/read-state.ts';
import { environmentOf, runVerb, type VerbAnswer } from '../release/run-verb.ts';
import { refusal } from '../release/deploy.ts';
import { warmHours } from '../release/environment-status.ts';
import { underLock } from '../release/session.ts';

/** `cool ENV [--warm-hours N]`: stops the standby once it has been kept long enough after the last release. */
export const cool = (args: readonly string[], variables: NodeJS.ProcessEnv): Promise<number> =>
  runVerb(
    {
      name: 'cool',
      options: { 'warm-hours': { type: 'string', default: String(warmHours) } },
      async run(call): Promise<VerbAnswer> {
        const environment = environmentOf(call);
        const session = call.open(environment);
        const { aws, target, now } = session;
        const hours = Number(call.values['warm-hours']);
        if (call.dryRun)
          return describePlan(environment, planCool(environment, await readState(aws, target), hours, now()));
        return underLock(session, { verb: 'cool', force: false }, async ({ run }) => {
          const state = await readState(aws, target);
          const plan = planCool(environment, state, hours, now());
          if (plan.kind === 'refused') throw refusal(plan);
          if (plan.kind === 'nothing') return { message: plan.because };
          await run(plan.steps, now(), state);
          return {
            message: `The standby of ${environment} is stopped: a rollback now starts it first (--warm)`,
          };
        });
      },
    },
    args,
    variables,
  );
