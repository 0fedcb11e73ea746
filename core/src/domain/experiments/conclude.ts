import type { Conclusion, ExperimentLook, MetricResult } from '../../contracts/experiments.ts';
import { judge, type ExperimentTerms } from './verdict.ts';

const number = (value: number | null) => (value === null ? 'unknown' : String(Number(value.toPrecision(4))));
const whole = (value: number) => value.toLocaleString('en-US');
const outcome = {
  model: 'The model won.',
  fallback: 'The fallback won.',
  inconclusive: 'No verdict.',
} as const;

const units = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
] as const;

function durationInWords(ms: number): string {
  for (const [name, length] of units)
    if (ms >= 2 * length) return `${Number((ms / length).toPrecision(3))} ${name}`;
  return `${Math.round(ms / 1000)} seconds`;
}

function figures({ metric, means, estimate, low, high, groups }: MetricResult): string {
  return (
    `${metric}: ${number(means.model)} with the model against ${number(means.fallback)} with the fallback, ` +
    `a difference of ${number(estimate)} (always-valid interval ${number(low)} to ${number(high)}), ` +
    `${whole(groups.model.n)} and ${whole(groups.fallback.n)} units.`
  );
}

function report(
  terms: ExperimentTerms,
  look: ExperimentLook,
  verdict: Conclusion['verdict'],
  rule: string,
): string {
  return [
    `${outcome[verdict]} After ${durationInWords(Date.parse(look.at) - Date.parse(terms.startedAt))}: ${rule}.`,
    ...look.metrics.map(
      (result) => `${result.role === 'primary' ? '' : `${result.role} `}${figures(result)}`,
    ),
    `Sample-ratio e-value ${number(look.health.sampleRatioE)}; ${whole(look.health.unitsInBothGroups)} units in both groups.`,
  ].join('\n');
}

/** What a look means for its experiment: its conclusion, to be stored and never rewritten, or what is waited for. */
export function conclude(
  terms: ExperimentTerms,
  look: ExperimentLook,
): { conclusion: Conclusion | null; waitingFor: string[] } {
  const { ended, waitingFor } = judge(terms, look);
  if (!ended) return { conclusion: null, waitingFor };
  const { verdict, rule } = ended;
  const conclusion = {
    verdict,
    rule,
    report: report(terms, look, verdict, rule),
    look: look.n,
    concludedAt: look.at,
  };
  return { conclusion, waitingFor: [] };
}
