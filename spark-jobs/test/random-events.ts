import { seededRandom } from '@foretell/core/domain/seeded-random';
import type { Event } from './events.ts';

export const dayUs = 86_400_000_000n;
const micros = (iso: string) => BigInt(Date.parse(iso)) * 1000n;

/** Keys that look alike, are composed differently, or break what does not quote. */
const people = [
  'ann',
  'Ann',
  'ann ',
  'été',
  'e\u0301te\u0301',
  '李雷',
  '👩‍🚀',
  "o'neil",
  'back\\slash',
  '"quoted"',
  '',
  '|',
  'null',
  '0',
  '%_',
];
const kinds = ['a', 'b', 'A', 'ß', 'ss', "it's", 'x\\y', '', ' ', 'naïve', '🙂', 'a|b', '${env:HOME}'];
const wholes = [
  0n,
  1n,
  -1n,
  999_999_999_999n,
  -1_000_000_000_000n,
  9_007_199_254_740_993n,
  9_223_372_036_854_775_807n,
  -9_223_372_036_854_775_807n,
];
const amounts = [
  0,
  -0,
  1.005,
  0.1,
  0.2,
  -2.675,
  1e-9,
  5e-324,
  123_456_789.123456,
  -0.5,
  1 / 3,
  99.995,
  NaN,
  Infinity,
  -Infinity,
];
/** Leap days, a day's first and last microsecond, hours that clocks skip or repeat, times before 1970. */
const moments = [
  '2024-02-29T00:00:00Z',
  '2024-02-29T23:59:59.999Z',
  '2024-03-01T00:00:00Z',
  '2023-12-31T23:59:59.999Z',
  '2024-01-01T00:00:00Z',
  '2024-03-31T01:30:00Z',
  '2024-10-27T00:30:00Z',
  '2024-03-10T02:30:00-05:00',
  '1970-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999Z',
  '1900-02-28T12:00:00Z',
  '1900-03-01T00:00:00Z',
].map(micros);

export interface EventsShape {
  seed: number;
  rows: number;
  people: number;
  days: number;
  /** Share of cells that are one of the awkward values, or nothing. */
  awkward: number;
}

/** The same events for the same shape: a busy mix of duplicates, equal times, gaps and awkward values. */
export function randomEvents(shape: EventsShape): Event[] {
  const random = seededRandom(shape.seed);
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const sometimes = () => random() < shape.awkward;
  const start = micros('2024-01-15T00:00:00Z');
  const events: Event[] = [];
  const time = (): bigint => {
    const before = events.at(-1)?.at;
    if (sometimes() && before != null) return before;
    if (sometimes()) return pick(moments);
    return start + BigInt(below(shape.days)) * dayUs + BigInt(Math.floor(random() * 86_400_000_000));
  };
  for (let id = 0; id < shape.rows; id++) {
    const copied = sometimes() ? events.at(-1) : undefined;
    events.push(
      copied
        ? { ...copied, id }
        : {
            id,
            who: random() < shape.awkward / 4 ? null : pick(people.slice(0, shape.people)),
            at: random() < shape.awkward / 4 ? null : time(),
            amount: cell(() => (sometimes() ? pick(amounts) : Math.round((random() - 0.3) * 1e6) / 100)),
            whole: cell(() => (sometimes() ? pick(wholes) : BigInt(below(1_000_000)))),
            small: cell(() => below(12) - 3),
            flag: cell(() => random() < 0.4),
            kind: cell(() => (sometimes() ? pick(kinds) : pick(['a', 'b', 'c']))),
            born: cell(() => (sometimes() ? -25_509 : below(20_000) - 2_000)),
            seen: cell(() => (sometimes() ? pick(moments) : start - BigInt(below(1e9)) * 1_000n)),
          },
    );
  }
  return events;

  function cell<T>(make: () => T): T | null {
    return sometimes() ? null : make();
  }
}
