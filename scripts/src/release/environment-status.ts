import { colours } from '@foretell/core/contracts/release-names';
import type { LedgerEvent, ReleaseLock } from '@foretell/core/contracts/releases-table';
import { movedByHand } from './check-traffic.ts';
import { liveRelease, rollbackTarget, viewLedger, type LedgerView, type VerifiedRelease } from './ledger.ts';
import { describeLock } from './lock.ts';
import { planRollback } from './plan-rollback.ts';
import type { EnvironmentStatus } from './result.ts';
import { digestOf, liveColour, type EnvironmentState, type ServiceState } from './state.ts';
import type { Target } from './target.ts';

/** How long the standby is kept after a release. */
export const warmHours = 24;

/** One call a rule and the reads before it, when no rollback was timed here yet. */
const warmRollbackSeconds = 2;

const lineOf = ({ release, commit, images, verifiedAt }: VerifiedRelease) => ({
  release,
  commit,
  images: { ...images },
  verifiedAt,
});

const median = (values: readonly number[]): number | null =>
  values.length === 0 ? null : ([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null);

/** What starting a standby took the last time: the waits of the live release for its tasks and targets. */
const startSeconds = (live: VerifiedRelease | null): number | null =>
  live
    ? live.steps
        .filter(({ name }) => /^wait (for|until)/.test(name))
        .reduce((sum, { seconds }) => sum + seconds, 0)
    : null;

/** Of any release that was begun, also one that failed or was left: its tasks may still stand by. */
function commitOf(ledger: readonly LedgerEvent[], service: string, digest: string | null): string | null {
  if (digest === null) return null;
  const started = ledger.filter((entry) => entry.event === 'started');
  return started.findLast(({ images }) => images[service] === digest)?.commit ?? null;
}

function serviceStatus(
  ledger: readonly LedgerEvent[],
  state: ServiceState,
): EnvironmentStatus['services'][number] {
  const { service, traffic, activeColour, bake } = state;
  return {
    service: service.name,
    live: liveColour(state),
    guard: bake && bake.state !== 'idle' ? `${bake.state} (${bake.release})` : null,
    colours: colours.map((colour) => {
      const of = state.colours[colour];
      const digest = digestOf(state, of);
      return {
        colour,
        weight: traffic ? traffic.weights[colour] : activeColour === colour ? 100 : 0,
        digest,
        commit: commitOf(ledger, service.name, digest),
        tasks: { desired: of.desired, running: of.running, healthy: of.healthy },
      };
    }),
  };
}

function rollbackStatus(
  target: Target,
  state: EnvironmentState,
  view: LedgerView,
): EnvironmentStatus['rollback'] {
  const [live, to] = [liveRelease(view), rollbackTarget(view)];
  const request = { by: 'status', force: false };
  const plan = planRollback(target, state, { ...request, warm: false });
  const afterStart = planRollback(target, state, { ...request, warm: true });
  const quick = median(view.rollbackSeconds) ?? warmRollbackSeconds;
  const start = startSeconds(live);
  const ready = plan.kind === 'steps';
  return {
    target: to && lineOf(to),
    ready,
    reasons: plan.kind === 'refused' ? [...plan.reasons] : plan.kind === 'nothing' ? [plan.because] : [],
    estimatedSeconds: ready ? quick : afterStart.kind === 'steps' && start !== null ? quick + start : null,
    warmUntil: live && new Date(Date.parse(live.verifiedAt) + warmHours * 3_600_000).toISOString(),
  };
}

/** One environment as `status` tells it. */
export function environmentStatus(
  target: Target,
  state: EnvironmentState,
  lock: ReleaseLock | null,
  now: Date,
): EnvironmentStatus {
  const view = viewLedger(state.ledger);
  const { open } = view;
  const live = liveRelease(view);
  return {
    environment: target.environment.name,
    live: live && lineOf(live),
    open: open && { release: open.release, commit: open.commit, since: open.at, by: open.by },
    lock: lock && describeLock(lock, now),
    services: state.services.map((each) => serviceStatus(state.ledger, each)),
    rollback: rollbackStatus(target, state, view),
    problems: [...movedByHand(view, state.services)],
  };
}
