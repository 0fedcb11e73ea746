import { seededRandom } from '@foretell/core/domain/seeded-random';
import { median } from '../bench-result.ts';
import { runTrial } from './trial.ts';
import { conversions, type World } from './worlds.ts';

/** Two-sided 5 %, and a power of 80 %. */
const [z975, z80] = [1.959963984540054, 0.8416212335729143];

export interface Effect {
  rate: number;
  lift: number;
}
export const effects: Effect[] = [
  { rate: 0.5, lift: 0.05 },
  { rate: 0.2, lift: 0.03 },
  { rate: 0.1, lift: 0.02 },
  { rate: 0.05, lift: 0.01 },
  { rate: 0.01, lift: 0.004 },
];

export interface PowerRow {
  world: string;
  /** Share of trials that ended with the right winner before the horizon. */
  found: number;
  wrongWinner: number;
  /** Units of both groups to the verdict, of those found. */
  medianUnits: number;
  /** Units that a test which looks once needs for a power of 80 %, the effect being known beforehand; and its power. */
  fixedUnits: number;
  fixedFound: number;
}

/** n₁ + n₂ of the two-proportion z-test. */
export function fixedHorizon({ rate, lift }: Effect): number {
  const variance = rate * (1 - rate) + (rate + lift) * (1 - rate - lift);
  const units = (2 * (z975 + z80) ** 2 * variance) / lift ** 2;
  return Math.ceil(units / 100) * 100;
}

/** What a real effect takes: ours looked at all the time, beside the test that looks once at the right moment. */
export function powerOf(effect: Effect, trials: number, seed: number): PowerRow {
  const fixedUnits = fixedHorizon(effect);
  const world: World = { ...conversions(effect.rate, effect.lift), horizon: 6 * fixedUnits };
  const random = seededRandom(seed);
  const units: number[] = [];
  let [wrong, fixedFound] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const { verdict, units: taken, fixedZ } = runTrial(world, random, fixedUnits);
    if (verdict === 'model') units.push(taken);
    if (verdict === 'fallback') wrong++;
    if ((fixedZ ?? 0) > z975) fixedFound++;
  }
  return {
    world: world.name,
    found: units.length / trials,
    wrongWinner: wrong / trials,
    medianUnits: median(units),
    fixedUnits,
    fixedFound: fixedFound / trials,
  };
}
