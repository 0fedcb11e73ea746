import type { Deployed } from './deploy.ts';
import { refusal } from './deploy.ts';
import { planRollback, type RollbackRequest } from './plan-rollback.ts';
import { readState } from './read-state.ts';
import { underLock, type Session } from './session.ts';

/** Back at once: traffic is moved by one call a rule, and only then is anything else done. */
export function rollback(session: Session, request: RollbackRequest): Promise<Deployed> {
  return underLock(session, { verb: 'rollback', force: request.force }, async ({ run }) => {
    const { aws, target, now } = session;
    const since = now();
    const state = await readState(aws, target);
    const plan = planRollback(target, state, request);
    if (plan.kind === 'refused') throw refusal(plan);
    if (plan.kind === 'nothing') return { release: null, because: plan.because };
    await run(plan.steps, since, state);
    return { release: plan.release, because: `${target.environment.name} is back from ${plan.release}` };
  });
}
