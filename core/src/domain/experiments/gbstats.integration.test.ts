import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
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

type Kind = 'conversion' | 'mean' | 'ratio' | 'cuped';
type Sums = RatioSums & PrePostSums;
interface Case {
  kind: Kind;
  alpha: number;
  tuningUnits: number;
  control: Sums;
  treatment: Sums;
}

/** Mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Sums of units really drawn, so that their variances and covariances agree with each other; enough of them that both
 * groups vary: gbstats gives no figures where one does not, or where the control's mean is 0.
 */
function draw(kind: Kind, next: () => number): Sums {
  const n = 200 + Math.floor(next() ** 3 * 3000);
  const [rate, scale] = [0.05 + 0.85 * next(), 0.01 + 100 * next()];
  const sums = { n, sum: 0, sumSquares: 0, sumProducts: 0 };
  const other = { sum: 0, sumSquares: 0 };
  for (let i = 0; i < n; i++) {
    const x = (kind === 'ratio' ? 1 : 0) + Math.floor(next() * 5);
    const y =
      kind === 'conversion'
        ? Number(next() < rate)
        : scale * (next() < rate ? -Math.log(1 - next()) : 0) + rate * x;
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

function ours({ kind, control, treatment, alpha, tuningUnits }: Case): number[] {
  const theta = cupedTheta(control, treatment);
  const of: Record<Kind, (sums: Sums) => Statistic> = {
    conversion: proportion,
    mean: sampleMean,
    ratio,
    cuped: (sums) => cuped(sums, theta),
  };
  const result = sequentialTest(of[kind](treatment), of[kind](control), { alpha, tuningUnits });
  const { estimate, standardError, low, high, p } = result!;
  return [estimate, standardError, low, high, p];
}

withGbstats(
  'estimate, standard error, interval and p are those of gbstats, on hundreds of drawn experiments',
  () => {
    const next = random(1);
    const cases = Array.from({ length: 400 }, (_, i): Case => {
      const kind = (['conversion', 'mean', 'ratio', 'cuped'] as const)[i % 4]!;
      const [alpha, tuningUnits] = [[0.05, 0.025, 0.01][i % 3]!, [500, 5000, 50_000][(i >> 2) % 3]!];
      return { kind, alpha, tuningUnits, control: draw(kind, next), treatment: draw(kind, next) };
    });
    const run = spawnSync(python, [oracle], {
      input: JSON.stringify(cases),
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    // numpy warns on stderr of a p far below what a double holds.
    if (run.status !== 0) throw new Error(run.stderr);
    const answers = JSON.parse(run.stdout) as number[][];
    cases.forEach((each, index) => {
      ours(each).forEach((value, place) => {
        const theirs = answers[index]![place]!;
        expect(Math.abs(value - theirs)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(theirs)));
      });
    });
  },
  60_000,
);
