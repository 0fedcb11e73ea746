import {
  experimentRules,
  metric as metricSchema,
  type ExperimentLook,
  type GroupSums,
} from '@foretell/core/contracts/experiments';
import { metricResult } from '@foretell/core/domain/experiments/metric-result';
import { sequentialTest } from '@foretell/core/domain/experiments/sequential-test';
import { proportion, sampleMean } from '@foretell/core/domain/experiments/statistic';
import { judge } from '@foretell/core/domain/experiments/verdict';
import type { World } from './worlds.ts';

/** A look after every so many units of both groups. */
export const lookEvery = 100;
export const rules = experimentRules.parse({ minDays: 0 });
/** Two-sided, at 5 %: what those use who do not know better. */
const naiveZ = 1.959963984540054;

export interface Trial {
  verdict: 'model' | 'fallback' | null;
  /** Units of both groups at the verdict, or the horizon. */
  units: number;
  /** The first look at which a z-test at 5 % would have called a winner. */
  naiveUnits: number | null;
  /** The estimate over its standard error after `fixedUnits`, for the test that looks once. */
  fixedZ: number | null;
}

const at = '2026-01-01T00:00:00.000Z';
const id = '00000000-0000-7000-8000-000000000001';

function emptySums(): GroupSums {
  return { n: 0, sum: 0, sumSquares: 0, conversions: 0 };
}

function add(sums: GroupSums, draw: (random: () => number) => number, random: () => number): void {
  for (let i = 0; i < lookEvery / 2; i++) {
    const y = draw(random);
    sums.sum += y;
    sums.sumSquares += y * y;
    if (y !== 0) sums.conversions++;
  }
  sums.n += lookEvery / 2;
}

/** The verdict by all the rules; asked only where the interval alone would allow one. */
function verdictOf(world: World, groups: { model: GroupSums; fallback: GroupSums }): Trial['verdict'] {
  const metric = metricSchema.parse({ name: world.name, kind: world.kind, dataset: id, unitColumn: 'unit' });
  const look: ExperimentLook = {
    n: 1,
    at,
    units: { model: groups.model.n, fallback: groups.fallback.n },
    metrics: [metricResult(metric, groups, { ...rules, sql: '' })],
    health: { sampleRatioE: 1, sampleRatioAlarm: false, unitsInBothGroups: 0, eventsWithoutExposure: 0 },
  };
  const { ended } = judge({ metrics: [metric], rules, startedAt: at }, look);
  return ended?.verdict === 'model' || ended?.verdict === 'fallback' ? ended.verdict : null;
}

/** One experiment from its first unit to its verdict or the world's horizon, looked at all the way. */
export function runTrial(world: World, random: () => number, fixedUnits = 0): Trial {
  const groups = { model: emptySums(), fallback: emptySums() };
  const statistic = world.kind === 'conversion' ? proportion : sampleMean;
  const trial: Trial = { verdict: null, units: world.horizon, naiveUnits: null, fixedZ: null };
  for (let units = lookEvery; units <= world.horizon; units += lookEvery) {
    add(groups.model, world.lifted, random);
    add(groups.fallback, world.draw, random);
    const test = sequentialTest(statistic(groups.model), statistic(groups.fallback), rules);
    if (!test) continue;
    const z = test.estimate / test.standardError;
    if (trial.naiveUnits === null && Math.abs(z) > naiveZ) trial.naiveUnits = units;
    if (trial.fixedZ === null && units >= fixedUnits) trial.fixedZ = z;
    if (trial.verdict === null && (test.low > 0 || test.high < 0)) {
      trial.verdict = verdictOf(world, groups);
      if (trial.verdict !== null) trial.units = units;
    }
    if (trial.verdict !== null && units >= fixedUnits) break;
  }
  return trial;
}
