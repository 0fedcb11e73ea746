import { hostname, userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Target } from './target.ts';
import type { Aws } from './aws-calls.ts';
import { ReleaseError } from './errors.ts';
import { takeLock, type HeldLock } from './lock.ts';
import type { Progress } from './progress.ts';
import { runSteps } from './run-steps.ts';
import type { Ask } from './ask-over-http.ts';
import type { EnvironmentState } from './state.ts';
import type { Step } from './steps.ts';

/** What a verb is given to work with. */
export interface Session {
  readonly target: Target;
  readonly aws: Aws;
  readonly ask: Ask;
  readonly progress: Progress;
  readonly operator: string;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  readonly newId: () => string;
  readonly pollMs: number;
  readonly patienceMs: number;
  /** Aborts when the operator stops the run. */
  readonly signal: AbortSignal;
}

/** Between two proofs that the lock is ours while nothing is written. */
const renewEveryMs = 10_000;

/** Whose hands: as they are asked to be called, or the machine's user. */
export const operatorOf = (environment: NodeJS.ProcessEnv): string =>
  environment['FORETELL_OPERATOR'] ?? environment['GITHUB_ACTOR'] ?? `${userInfo().username}@${hostname()}`;

export const sleepOf =
  (signal: AbortSignal) =>
  async (ms: number): Promise<void> => {
    await delay(ms, undefined, { signal }).catch(() => undefined);
  };

export interface Locked {
  /** Makes the steps of a plan for what `state` says; `since` is when the release began. */
  readonly run: (
    steps: readonly Step[],
    since: Date,
    state: Pick<EnvironmentState, 'ledger'>,
  ) => Promise<void>;
}

/** Does `work` under the environment's lock, and gives the lock back however it ends. */
export async function underLock<T>(
  session: Session,
  { verb, force }: { readonly verb: string; readonly force: boolean },
  work: (locked: Locked) => Promise<T>,
): Promise<T> {
  const { aws, target, operator, now, newId, progress } = session;
  const environment = target.environment.name;
  const request = { environment, id: newId(), owner: operator, verb, force };
  const lock = await takeLock(aws, request, now, (whose) =>
    progress.say(`The lock was ${whose}. It is taken over.`),
  );
  const mayGoOn = goOn(session, lock);
  try {
    return await work({
      run: (steps, since, { ledger }) =>
        runSteps(steps, since, { ...session, environment, mayGoOn, after: ledger.at(-1)?.at ?? null }),
    });
  } finally {
    await lock.release();
  }
}

function goOn({ now, signal }: Session, lock: HeldLock) {
  let renewed = 0;
  return async (how: 'surely' | 'now and then'): Promise<void> => {
    if (signal.aborted)
      throw new ReleaseError(
        'interrupted',
        'Stopped by the operator: the same command again goes on from here',
      );
    const at = now().getTime();
    if (how === 'now and then' && at - renewed < renewEveryMs) return;
    await lock.renew();
    renewed = at;
  };
}
