import type { Scalar } from '@foretell/core/contracts/primitives';
import type { HistoryFeature } from '@foretell/core/contracts/recipe';
import type { TestRow } from './make-source.ts';

const dayMicros = 86_400_000_000;
const dayOf = (micros: number) => Math.floor(micros / dayMicros);

/**
 * What a history feature must be for `entity` at time `t` (epoch microseconds), straight from its definition: every event
 * is looked at, nothing is shared with the compiler. Quadratic, and meant to be.
 */
export function historyOracle(
  events: readonly TestRow[],
  columns: { entity: string; time: string },
  feature: HistoryFeature,
  isLabel: (row: TestRow) => boolean | null,
  entity: Scalar,
  t: number,
): Scalar {
  const { windowDays, knownAfterDays, aggregate } = feature;
  const known = (row: TestRow) => dayOf(Number(row[columns.time]) + Math.round(knownAfterDays * dayMicros));
  const counted = events.filter(
    (row) =>
      row[columns.time] !== null &&
      row[columns.entity] !== null &&
      String(row[columns.entity]) === String(entity) &&
      known(row) < dayOf(t) &&
      (windowDays === null || known(row) >= dayOf(t) - windowDays),
  );
  const column = feature.column;
  const present = column === null ? counted : counted.filter((row) => (row[column] ?? null) !== null);
  const values = column === null ? [] : present.map((row) => row[column] ?? null);
  const numbers = values.map(Number);
  const sum = numbers.reduce((a, b) => a + b, 0);
  switch (aggregate) {
    case 'count':
      return present.length;
    case 'sum':
      return sum;
    case 'mean':
      return numbers.length === 0 ? null : sum / numbers.length;
    case 'min':
      return numbers.length === 0 ? null : Math.min(...numbers);
    case 'max':
      return numbers.length === 0 ? null : Math.max(...numbers);
    case 'std': {
      const mean = sum / numbers.length;
      const squares = numbers.reduce((a, b) => a + (b - mean) ** 2, 0);
      return numbers.length < 2 ? null : Math.sqrt(squares / (numbers.length - 1));
    }
    case 'distinct':
      return new Set(values).size;
    case 'rate': {
      const { equals } = feature;
      const hits = present.filter((row) =>
        equals === 'label' ? isLabel(row) === true : column !== null && row[column] === equals?.value,
      );
      return present.length === 0 ? null : hits.length / present.length;
    }
    case 'last': {
      const newest = Math.max(...present.map((row) => Number(row[columns.time])));
      const candidates = present
        .filter((row) => row[columns.time] === newest)
        .map((row) => row[column ?? ''] ?? null);
      const last = candidates.reduce<Scalar>((a, b) => (a === null || (b ?? '') > a ? b : a), null);
      return typeof last === 'boolean' ? Number(last) : last;
    }
    case 'time_since_last': {
      const newest = Math.max(...present.map((row) => Number(row[columns.time])));
      return present.length === 0 ? null : (dayOf(t) * dayMicros - newest) / dayMicros;
    }
  }
}
