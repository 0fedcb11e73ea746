import { planRollback, type RollbackRequest } from '../release/plan-rollback.ts';
import { describePlan } from '../release/print-plan.ts';
import { readState } from '../release/read-state.ts';
import { rollback as rollBack } from '../release/rollback.ts';
import { environmentOf, runVerb, type VerbAnswer } from '../release/run-verb.ts';

/** `rollback ENV [--warm] [--force] [--yes]`: back on the last verified release before the live one, at once. */
export const rollback = (args: readonly string[], variables: NodeJS.ProcessEnv): Promise<number> =>
  runVerb(
    {
      name: 'rollback',
      options: { force: { type: 'boolean', default: false }, warm: { type: 'boolean', default: false } },
      async run(call): Promise<VerbAnswer> {
        const environment = environmentOf(call);
        const session = call.open(environment);
        const request: RollbackRequest = {
          by: session.operator,
          force: call.values['force'] === true,
          warm: call.values['warm'] === true,
        };
        if (call.dryRun)
          return describePlan(
            environment,
            planRollback(session.target, await readState(session.aws, session.target), request),
          );
        await call.confirm(environment, `Roll ${environment} back`);
        const { release, because } = await rollBack(session, request);
        return { message: because, release };
      },
    },
    args,
    variables,
  );
