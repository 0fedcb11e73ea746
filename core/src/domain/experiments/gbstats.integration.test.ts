import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../seeded-random.ts';
import { sequentialTest } from './sequential-test.ts';
import {
  cuped,
  cupedTheta,
  proportion,
  ratio,
  sampleMean,
  type PrePostSums,
  type RatioSums,
  type Statistic,
} from './statistic.ts';

const python = fileURLToPath(new URL('../../../../.tools/test/bin/python', import.meta.url));
const oracle = fileURLToPath(new URL('./testing/gbstats-oracle.py', import.meta.url));
const withGbstats = existsSync(python) ? test : test.skip;

const kinds = ['conversion', 'count', 'sum', 'winsorized', 'ratio', 'cuped', 'cuped conversion'] as const;
type Kind = (typeof kinds)[number];
type Sums = RatioSums & PrePostSums;
interface Case {
  kind: Kind;
  alpha: number;
  tuningUnits: number;
  control: Sums;
  treatment: Sums;
}
type Answer = [expected: number, stddev: number, low: number, high: number, p: number] | { refused: string };

const exponential = (next: () => number) => -Math.log(1 - next());

/** One unit's value after exposure, given what it was before (or, for a ratio, its denominator). */
function valueOf(kind: Kind, x: number, rate: number, scale: number, next: () => number): number {
  switch (kind) {
    case 'conversion':
      return Number(next() < rate);
    case 'cuped conversion':
      return Number(next() < (rate + x) / 2);
    case 'count':
      return next() < rate ? Math.ceil(3 * exponential(next)) : 0;
    case 'sum':
      // Heavy-tailed, and now and then money back.
      return next() < rate ? scale * exponential(next) ** 3 - (next() < 0.1 ? scale : 0) : 0;
    case 'winsorized':
      return Math.min(scale * exponential(next) ** 3, 2 * scale);
    case 'ratio':
    case 'cuped':
      return scale * (next() < rate ? exponential(next) : 0) + rate * x;
  }
}

/** Sums of units really drawn, so that their variances and covariances agree with each other. */
function draw(kind: Kind, next: () => number): Sums {
  const n = 2 + Math.floor(next() ** 3 * 3000);
  const [rate, scale] = [0.002 + 0.9 * next() ** 2, 0.01 + 100 * next()];
  const sums = { n, sum: 0, sumSquares: 0, sumProducts: 0 };
  const other = { sum: 0, sumSquares: 0 };
  for (let i = 0; i < n; i++) {
    const whole = Math.floor(next() * 5);
    const x = kind === 'cuped conversion' ? Number(whole > 2) : whole + (kind === 'ratio' ? 1 : 0);
    const y = valueOf(kind, x, rate, scale, next);
    sums.sum += y;
    sums.sumSquares += y * y;
    sums.sumProducts += x * y;
    other.sum += x;
    other.sumSquares += x * x;
  }
  return {
    ...sums,
    denominatorSum: other.sum,
    denominatorSumSquares: other.sumSquares,
    preSum: other.sum,
    preSumSquares: other.sumSquares,
  };
}

/** Control and treatment as we make them of their sums. */
function statisticsOf({ kind, control, treatment }: Case): [Statistic, Statistic] {
  const moments = kind === 'cuped conversion' ? proportion : sampleMean;
  const theta = cupedTheta(control, treatment, moments);
  const of: Record<Kind, (sums: Sums) => Statistic> = {
    conversion: proportion,
    count: sampleMean,
    sum: sampleMean,
    winsorized: sampleMean,
    ratio,
    cuped: (sums) => cuped(sums, theta),
    'cuped conversion': (sums) => cuped(sums, theta, proportion),
  };
  return [of[kind](control), of[kind](treatment)];
}

function answersOf(cases: readonly Case[]): Answer[] {
  const input = JSON.stringify(cases);
  const run = spawnSync(python, [oracle], { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  // numpy warns on stderr of a p far below what a double holds.
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Answer[];
}

/**
 * Where gbstats refuses to answer, and why we do not: it divides by the control's mean even for an absolute difference,
 * and it wants both groups to vary, where an interval needs only their sum to.
 */
const deviations: Record<string, (control: Statistic, treatment: Statistic, sums: Case) => boolean> = {
  'the control has a mean of 0': (control, _, { control: { sum } }) => control.mean === 0 || sum === 0,
  'one of the groups does not vary': (control, treatment) =>
    control.variance === 0 || treatment.variance === 0,
};

withGbstats(
  'estimate, standard error, interval and p are those of gbstats, on ten thousand drawn experiments of every kind',
  () => {
    const next = seededRandom(1);
    const cases = Array.from({ length: 10_000 }, (_, i): Case => {
      const kind = kinds[i % kinds.length]!;
      const [alpha, tuningUnits] = [[0.05, 0.025, 0.01][i % 3]!, [500, 5000, 50_000][(i >> 2) % 3]!];
      return { kind, alpha, tuningUnits, control: draw(kind, next), treatment: draw(kind, next) };
    });
    const answers = answersOf(cases);
    const compared = new Map<Kind, number>(kinds.map((kind) => [kind, 0]));
    const refused = new Map(Object.keys(deviations).map((name) => [name, 0]));
    let worst = 0;
    cases.forEach((each, index) => {
      const [control, treatment] = statisticsOf(each);
      const theirs = answers[index]!;
      if ('refused' in theirs) {
        const reason = Object.keys(deviations).find((name) => deviations[name]!(control, treatment, each));
        expect({ ...theirs, reason: reason ?? 'none named', each }).not.toMatchObject({
          reason: 'none named',
        });
        refused.set(reason!, refused.get(reason!)! + 1);
        return;
      }
      compared.set(each.kind, compared.get(each.kind)! + 1);
      const { estimate, standardError, low, high, p } = sequentialTest(treatment, control, each)!;
      [estimate, standardError, low, high, p].forEach((value, place) => {
        const apart = Math.abs(value - theirs[place]!) / Math.max(1, Math.abs(theirs[place]!));
        worst = Math.max(worst, apart);
      });
    });
    expect(worst).toBeLessThanOrEqual(1e-9);
    for (const [kind, count] of compared) expect([kind, count > 1000]).toEqual([kind, true]);
    // Both deviations were met, and they are the exception.
    for (const [name, count] of refused) expect([name, count > 0, count < 1000]).toEqual([name, true, true]);
  },
  120_000,
);
