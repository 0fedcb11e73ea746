import type { Scalar } from '@foretell/core/contracts/primitives';

const iso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** The years 1 to 9999, which every store behind us can keep; an offset can lead out of them. */
const earliestMs = Date.parse('0001-01-01T00:00:00Z');
const latestMs = Date.parse('9999-12-31T23:59:59.999Z');

/** Epoch milliseconds of an ISO 8601 date or time (UTC where it has no offset); null when it is none. */
export function parseTime(value: Scalar): number | null {
  if (typeof value !== 'string') return null;
  const match = iso.exec(value);
  if (!match) return null;
  const timed = value.length > 10;
  const timeMs = Date.parse(
    timed && match[1] === undefined ? `${value.replace(' ', 'T')}Z` : value.replace(' ', 'T'),
  );
  return timeMs >= earliestMs && timeMs <= latestMs ? timeMs : null;
}
