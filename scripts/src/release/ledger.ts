import type { Colour } from '@foretell/core/contracts/release-bake';
import type { LedgerEvent } from '@foretell/core/contracts/releases-table';

type Event<E extends LedgerEvent['event']> = Extract<LedgerEvent, { event: E }>;
export type StartedRelease = Event<'started'>;

export interface VerifiedRelease extends StartedRelease {
  readonly verifiedAt: string;
  /** From the lock to the end of the bake. */
  readonly seconds: number;
  readonly steps: readonly { readonly name: string; readonly seconds: number }[];
}

/** What the ledger says is so. */
export interface LedgerView {
  /** Newest last: the live one, and those that a rollback would go back to. What was rolled back is not among them. */
  readonly verified: readonly VerifiedRelease[];
  /** Begun, and neither verified nor failed: its run was killed, or is at work. */
  readonly open: StartedRelease | null;
  /** A rollback begun and not ended. */
  readonly openRollback: Event<'rolling-back'> | null;
  readonly last: LedgerEvent | null;
  /** Seconds that rollbacks took, newest last. */
  readonly rollbackSeconds: readonly number[];
}

const empty: LedgerView = { verified: [], open: null, openRollback: null, last: null, rollbackSeconds: [] };

function after(view: LedgerView, event: LedgerEvent): LedgerView {
  const next = { ...view, last: event };
  switch (event.event) {
    case 'started':
      return { ...next, open: event };
    case 'verified': {
      if (view.open?.release !== event.release) return next;
      const { seconds, steps, at: verifiedAt } = event;
      return {
        ...next,
        open: null,
        verified: [...view.verified, { ...view.open, verifiedAt, seconds, steps }],
      };
    }
    case 'failed':
      return view.open?.release === event.release ? { ...next, open: null } : next;
    case 'rolling-back':
      return { ...next, openRollback: event };
    case 'rolled-back': {
      const to = view.verified.findLastIndex(({ release }) => release === event.to);
      return {
        ...next,
        openRollback: null,
        verified: to < 0 ? view.verified : view.verified.slice(0, to + 1),
        rollbackSeconds: [...view.rollbackSeconds, event.seconds],
      };
    }
  }
}

/** Reads a ledger, oldest first. */
export const viewLedger = (events: readonly LedgerEvent[]): LedgerView => events.reduce(after, empty);

export const liveRelease = ({ verified }: LedgerView): VerifiedRelease | null => verified.at(-1) ?? null;
export const rollbackTarget = ({ verified }: LedgerView): VerifiedRelease | null => verified.at(-2) ?? null;

/** The colour that a release left live. */
export const colourOf = (release: StartedRelease, service: string): Colour | null =>
  release.services[service]?.to ?? null;

export const shortCommit = (commit: string): string => commit.slice(0, 7);
export const shortDigest = (digest: string): string => digest.slice(0, 'sha256:'.length + 12);
