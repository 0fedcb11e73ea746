import type { Colour } from '@foretell/core/contracts/release-bake';
import { colours } from '@foretell/core/contracts/release-names';
import { liveRelease, type LedgerView } from './ledger.ts';
import { liveColour, type ServiceState } from './state.ts';

const weightsOf = (state: ServiceState): string =>
  state.traffic
    ? colours.map((colour) => `${colour} ${state.traffic?.weights[colour] ?? 0}`).join(', ')
    : `active colour ${String(state.activeColour)}`;

/** Where the ledger allows a service's traffic to be; null: anywhere. */
function allowed(view: LedgerView, { service, bake }: ServiceState): readonly Colour[] | null {
  const moving = view.open?.services[service.name];
  if (moving) return [moving.from, moving.to];
  const live = liveRelease(view);
  const left = live?.services[service.name];
  if (!live || !left) return null;
  const guardTookBack = bake?.state === 'reverted' && bake.release === live.release;
  return guardTookBack || view.openRollback ? [left.from, left.to] : [left.to];
}

/** What is not as the ledger left it: somebody, or something, moved traffic by hand. */
export function movedByHand(view: LedgerView, services: readonly ServiceState[]): readonly string[] {
  return services.flatMap((state) => {
    const [live, may] = [liveColour(state), allowed(view, state)];
    if (live !== null && (may === null || may.includes(live))) return [];
    const release = (view.open ?? liveRelease(view))?.release;
    const because =
      may === null ? 'all of it must be on one colour' : `${release ?? ''} left it on ${may.join(' or ')}`;
    return [`${state.service.name} has ${weightsOf(state)}, and ${because}`];
  });
}
