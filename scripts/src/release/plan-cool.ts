import { otherColour } from '@foretell/core/contracts/release-names';
import { movedByHand } from './check-traffic.ts';
import { liveRelease, viewLedger } from './ledger.ts';
import { stopColour } from './start-colour.ts';
import { liveColour, type EnvironmentState } from './state.ts';
import { refused, type Plan } from './steps.ts';

/** Stops the colours that have no traffic, `warmHours` after the live release was verified and not before. */
export function planCool(environment: string, state: EnvironmentState, warmHours: number, now: Date): Plan {
  const view = viewLedger(state.ledger);
  const unfinished = view.open ?? view.openRollback;
  if (unfinished) return refused('refused', `${unfinished.release} is begun and not ended`);
  if (!(warmHours >= 0)) return refused('usage', '--warm-hours is no number of hours');
  const byHand = movedByHand(view, state.services);
  if (byHand.length > 0) return refused('traffic-moved-by-hand', ...byHand);
  const live = liveRelease(view);
  if (!live) return { kind: 'nothing', because: `${environment} has no verified release: nothing stands by` };
  const until = new Date(Date.parse(live.verifiedAt) + warmHours * 3_600_000);
  if (now < until)
    return {
      kind: 'nothing',
      because: `the standby of ${environment} is kept warm until ${until.toISOString()}`,
    };
  const steps = state.services.flatMap((service) => {
    const colour = liveColour(service);
    return colour === null ? [] : stopColour(environment, service, otherColour(colour));
  });
  return steps.length === 0
    ? { kind: 'nothing', because: `the standby of ${environment} is stopped already` }
    : { kind: 'steps', release: live.release, steps };
}
