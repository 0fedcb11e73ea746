import { sampleRatioAlarm, sampleRatioE } from '@foretell/core/domain/experiments/sample-ratio';
import { seededRandom } from '@foretell/core/domain/seeded-random';
import { lookEvery, runTrial } from './trial.ts';
import { conversions, revenue, type World } from './worlds.ts';

export interface ErrorRate {
  world: string;
  trials: number;
  /** Shares of trials between equal groups that called a winner, at whichever look. */
  falseVerdicts: number;
  /** The same of a z-test at 5 %, read at every look. */
  naiveFalseVerdicts: number;
}

/** From half of all units converting to one in five hundred, and revenue whose mean a few units decide. */
export const equalWorlds: World[] = [
  ...[0.5, 0.2, 0.05, 0.01, 0.002].map((rate) => conversions(rate)),
  revenue(),
];

/** Experiments between equal groups, looked at after every 100 units: every verdict is a false one. */
export function falseVerdicts(world: World, trials: number, seed: number): ErrorRate {
  const random = seededRandom(seed);
  let [verdicts, naive] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const { verdict, naiveUnits } = runTrial(world, random);
    if (verdict !== null) verdicts++;
    if (naiveUnits !== null) naive++;
  }
  return {
    world: world.name,
    trials,
    falseVerdicts: verdicts / trials,
    naiveFalseVerdicts: naive / trials,
  };
}

export interface AlarmRate {
  share: number;
  trials: number;
  alarms: number;
  /** Of the trials that alarmed; null when none did. */
  medianUnits: number | null;
}

/** How often units that fall to the model with `share` raise the alarm of a 50/50 split, within `units`. */
export function sampleRatioAlarms(share: number, trials: number, units: number, seed: number): AlarmRate {
  const random = seededRandom(seed);
  const at: number[] = [];
  for (let trial = 0; trial < trials; trial++) {
    let model = 0;
    for (let n = lookEvery; n <= units; n += lookEvery) {
      for (let i = 0; i < lookEvery; i++) if (random() < share) model++;
      if (sampleRatioE([model, n - model], [0.5, 0.5]) <= sampleRatioAlarm) continue;
      at.push(n);
      break;
    }
  }
  at.sort((a, b) => a - b);
  return { share, trials, alarms: at.length / trials, medianUnits: at[Math.floor(at.length / 2)] ?? null };
}
