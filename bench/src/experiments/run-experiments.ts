import { machine, type BenchResult } from '../bench-result.ts';
import { equalWorlds, falseVerdicts, sampleRatioAlarms } from './error-rates.ts';
import { effects, powerOf } from './power.ts';
import { rules } from './trial.ts';

const size = { equal: 4000, sampleRatio: 10_000, skewed: 200, power: 400 };
const promisedAlarms = 0.001;

/**
 * What a verdict is worth: how often equal groups are told apart (over α: at most 1), how often a right split raises the
 * alarm (over 1 in 1000), and how many units a real effect takes beside a test that looks once and knows the effect.
 */
export function runExperiments(): Promise<BenchResult> {
  const equal = equalWorlds.map((world, i) => falseVerdicts(world, size.equal, 100 + i));
  const right = sampleRatioAlarms(0.5, size.sampleRatio, 50_000, 1);
  const skewed = sampleRatioAlarms(0.52, size.skewed, 50_000, 2);
  const powers = effects.map((effect, i) => powerOf(effect, size.power, 200 + i));
  const ratios = Object.fromEntries([
    ...equal.flatMap(({ world, falseVerdicts: ours, naiveFalseVerdicts }) => [
      [`false_verdicts_over_alpha ${world}`, ours / rules.alpha],
      [`naive_peeking_over_alpha ${world}`, naiveFalseVerdicts / rules.alpha],
    ]),
    ['sample_ratio_alarms_over_one_in_1000', right.alarms / promisedAlarms],
    ['sample_ratio_52_48_found', skewed.alarms],
    ...powers.map(({ world, medianUnits, fixedUnits }) => [
      `units_over_fixed_horizon ${world}`,
      medianUnits / fixedUnits,
    ]),
  ]) as Record<string, number>;
  const medians = Object.fromEntries(
    powers.map(({ world, medianUnits, fixedUnits, found, fixedFound, wrongWinner }) => [
      world,
      {
        medianUnits,
        fixedUnits,
        foundPercent: 100 * found,
        fixedFoundPercent: 100 * fixedFound,
        wrongWinnerPercent: 100 * wrongWinner,
      },
    ]),
  );
  const rounds = { equal, sampleRatio: [right, skewed], powers };
  return Promise.resolve({ name: 'experiments', ratios, medians, rounds, machine: machine() });
}
