import type { ColumnType } from '@foretell/core/contracts/primitives';
import type { Feature, HistoryFeature, Recipe } from '@foretell/core/contracts/recipe';
import { seededRandom } from '@foretell/core/domain/seeded-random';
import type { TestRow } from './make-source.ts';

export const eventColumns: Record<string, ColumnType> = {
  who: 'string',
  at: 'timestamp',
  amount: 'double',
  items: 'integer',
  paid: 'boolean',
  'the "kind"': 'string',
};

const hourMicros = 3_600_000_000;
/** 2020-02-25, so that a leap day falls within. */
const start = 1_582_588_800_000_000;
const kinds = ["o'hara", 'back\\slash', 'ünïcode', '', 'plain'];

/** Events with nulls, duplicates, equal times, midnight times, rare and busy entities, negative and tiny amounts. */
export function randomEvents(count: number, seed: number): TestRow[] {
  const random = seededRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const sometimes = <T>(share: number, value: T): T | null => (random() < share ? null : value);
  const entities = ['a', 'b', 'c', 'Ä', "d'e", 'once'];
  return Array.from({ length: count }, (_, i): TestRow => {
    const hours = Math.floor(random() * 24 * 130);
    const minutes = random() < 0.3 ? 0 : Math.floor(random() * 3600e6);
    return {
      who: i === 0 ? 'once' : sometimes(0.03, pick(entities.slice(0, 5))),
      at: sometimes(0.02, start + hours * hourMicros + minutes),
      amount: sometimes(0.2, pick([0, -0.01, 12.34, 99999.99, random() * 100])),
      items: sometimes(0.1, Math.floor(random() * 5)),
      paid: sometimes(0.3, random() < 0.5),
      'the "kind"': sometimes(0.2, pick(kinds)),
    };
  });
}

const windows = [1, 7, 30, 90, null] as const;

/** Every aggregate over every window, with several delays. */
export function everyHistoryFeature(): HistoryFeature[] {
  const features: HistoryFeature[] = [];
  const add = (feature: Omit<HistoryFeature, 'kind' | 'name' | 'windowDays'>) => {
    for (const windowDays of windows)
      features.push({ kind: 'history', name: `h${features.length}`, windowDays, ...feature });
  };
  for (const knownAfterDays of [0, 1.5]) {
    const number = { knownAfterDays, type: 'number' } as const;
    add({ aggregate: 'count', column: null, ...number });
    add({ aggregate: 'count', column: 'amount', ...number });
    for (const aggregate of ['sum', 'mean', 'min', 'max', 'std', 'last'] as const)
      for (const column of ['amount', 'items', 'paid']) add({ aggregate, column, ...number });
    for (const column of ['items', 'the "kind"']) add({ aggregate: 'distinct', column, ...number });
    add({ aggregate: 'rate', column: 'items', equals: 'label', ...number });
    add({ aggregate: 'rate', column: 'paid', equals: { value: true }, ...number });
    for (const value of kinds) add({ aggregate: 'rate', column: 'the "kind"', equals: { value }, ...number });
    add({ aggregate: 'last', column: 'the "kind"', knownAfterDays, type: 'category' });
    add({ aggregate: 'time_since_last', column: null, ...number });
    add({ aggregate: 'time_since_last', column: 'paid', ...number });
  }
  return features;
}

export function eventRecipe(features: Feature[]): Recipe {
  return {
    version: 1,
    dataset: '0198f1c0-0000-7000-8000-000000000000',
    featureSet: 1,
    entity: 'who',
    time: 'at',
    label: { kind: 'comparison', column: 'items', op: '>=', value: 3 },
    task: 'binary',
    classes: [false, true],
    features,
    split: { validation: 0.2, test: 0.2, embargoDays: 2 },
    sampling: { maxRows: 1_000_000, seed: 1 },
    roles: [],
    warnings: [],
  };
}
