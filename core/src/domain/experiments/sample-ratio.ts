import { logGamma } from './log-gamma.ts';

/** Above this e-value the groups' sizes are not what the split says, and no result may be believed. */
export const sampleRatioAlarm = 1000;

/** How firmly the alternative holds to the split: pseudo-units of its Dirichlet prior. */
const priorUnits = 10_000;
/** E is stored as JSON, which has no Infinity. */
const largest = 1e300;

/**
 * E-value of "units fall to the groups with probabilities `weights`", always valid: it may be looked at after every unit
 * and exceeds 1/α with probability α at most. `counts` are units by group, `weights` sum to 1.
 */
export function sampleRatioE(counts: readonly number[], weights: readonly number[]): number {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const prior = weights.reduce((sum, weight) => sum + priorUnits * weight, 0);
  let log = logGamma(prior) - logGamma(prior + n);
  counts.forEach((count, group) => {
    const weight = weights[group] ?? 0;
    const a = priorUnits * weight;
    log += logGamma(a + count) - logGamma(a) - count * Math.log(weight);
  });
  return Math.min(Math.exp(log), largest);
}
