import type { ModelMetrics } from '../../contracts/model-version.ts';

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/**
 * From where on a yes-or-no model says yes, how that was chosen, and what share of its answers is right, beside that of
 * always giving the answer that is more frequent where it learned; null of any other model.
 */
export function thresholdWords({
  threshold,
  scores,
  baseline,
}: Pick<ModelMetrics, 'threshold' | 'scores' | 'baseline'>): string | null {
  if (!threshold || scores.accuracy === undefined || baseline.accuracy === undefined) return null;
  const traded =
    scores.accuracy < baseline.accuracy ? ', to catch more of the rare at the cost of wrong answers' : '';
  return `It answers yes from ${percent(threshold.value)} on, chosen by ${threshold.chosenBy}${traded}: ${percent(scores.accuracy)} of its answers are right; always giving the more frequent one, ${percent(baseline.accuracy)} would be.`;
}
