import { ReleaseError } from './errors.ts';
import { shortCommit, viewLedger } from './ledger.ts';
import type { DeployRequest } from './deploy-moves.ts';
import { planDeploy } from './plan-deploy.ts';
import { planTakeBack } from './plan-take-back.ts';
import { readState } from './read-state.ts';
import { underLock, type Locked, type Session } from './session.ts';
import type { Plan } from './steps.ts';

/** `<UTC time>-<short commit>`: sorts by time, and is said easily. */
export const releaseName = (commit: string, at: Date): string =>
  `${at.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${shortCommit(commit)}`;

export interface Deployed {
  readonly release: string | null;
  readonly because: string;
}

/** After these nothing of ours may be undone: another works on it, or the operator said stop. */
const handsOff: readonly string[] = ['lock-lost', 'interrupted', 'refused', 'usage'];

export function refusal(plan: Extract<Plan, { kind: 'refused' }>): ReleaseError {
  return new ReleaseError(
    plan.code,
    ['Nothing is changed:', ...plan.reasons.map((each) => `  ${each}`)].join('\n'),
  );
}

/** Brings a request's images live, from whatever state an earlier run left; a release that fails is taken back. */
export function deploy(session: Session, request: DeployRequest): Promise<Deployed> {
  return underLock(session, { verb: request.verb, force: false }, (locked) =>
    plannedAndRun(session, request, locked),
  );
}

async function plannedAndRun(session: Session, request: DeployRequest, locked: Locked): Promise<Deployed> {
  const { aws, target, progress, now } = session;
  const state = await readState(aws, target);
  const plan = planDeploy(target, state, request);
  if (plan.kind === 'refused') throw refusal(plan);
  if (plan.kind === 'nothing') return { release: null, because: plan.because };
  const { open } = viewLedger(state.ledger);
  const since = open ? new Date(open.at) : now();
  if (plan.ends !== undefined) {
    progress.say(`${plan.release} was left by an earlier run: it is taken back.`);
    await locked.run(plan.steps, since, state);
    if (plan.ends !== 'again')
      throw new ReleaseError(plan.ends.code, `${plan.release} is taken back: ${plan.ends.reason}`);
    return plannedAndRun(session, request, locked);
  }
  progress.say(
    `${open ? 'Going on with' : 'Beginning'} release ${plan.release} of ${target.environment.name}`,
  );
  try {
    await locked.run(plan.steps, since, state);
  } catch (error) {
    if (error instanceof ReleaseError && handsOff.includes(error.code)) throw error;
    await takeBack(session, request.by, error, locked, since).catch((second: unknown) => {
      const messages = [error, second].map((each) => (each instanceof Error ? each.message : String(each)));
      throw new ReleaseError(
        'unexpected',
        `${messages.join('\nand taking it back failed: ')}\nRun the same command again, or make rollback ENV=${session.target.environment.name}`,
        { cause: second },
      );
    });
    throw error;
  }
  return { release: plan.release, because: `commit ${request.commit} is live and verified` };
}

async function takeBack(
  session: Session,
  by: string,
  error: unknown,
  locked: Locked,
  since: Date,
): Promise<void> {
  const { aws, target, progress } = session;
  const state = await readState(aws, target);
  const { open } = viewLedger(state.ledger);
  if (!open) return;
  const reason = error instanceof Error ? error.message : String(error);
  progress.say(`${reason}\nTraffic goes back to where it was, or stays there.`);
  const code = error instanceof ReleaseError ? error.code : 'unexpected';
  const { steps } = planTakeBack({ environment: target.environment.name, state, open, by, code, reason });
  await locked.run(steps, since, state);
}
