import type {
  ExperimentLook,
  ExperimentRules,
  Metric,
  MetricResult,
  Verdict,
} from '../../contracts/experiments.ts';
import { whole } from '../count-words.ts';

/** What an experiment is judged by, all of it fixed when it started. */
export interface ExperimentTerms {
  metrics: readonly Metric[];
  rules: ExperimentRules;
  startedAt: string;
}

export interface Judgement {
  /** Null while the experiment goes on. */
  ended: { verdict: Verdict; rule: string; decidedBy: MetricResult | null } | null;
  /** One line a rule not met; empty once ended. */
  waitingFor: string[];
}

type Side = 'model' | 'fallback';
const dayMs = 86_400_000;
const sides: readonly Side[] = ['model', 'fallback'];
const round = (value: number) => Number(value.toPrecision(3));

/** The side an interval that excludes 0 speaks for, by which direction is better; null while it includes 0. */
function sideOf({ low, high }: MetricResult, better: Metric['better']): Side | null {
  if (low === null || high === null || (low <= 0 && high >= 0)) return null;
  return low > 0 === (better === 'higher') ? 'model' : 'fallback';
}

interface Paired {
  metric: Metric;
  result: MetricResult;
}

function paired({ metrics }: ExperimentTerms, look: ExperimentLook): Paired[] {
  return metrics.flatMap((metric) => {
    const result = look.metrics.find((each) => each.metric === metric.name);
    return result ? [{ metric, result }] : [];
  });
}

function timeMissing({ rules, startedAt }: ExperimentTerms, look: ExperimentLook): string[] {
  const days = (Date.parse(look.at) - Date.parse(startedAt)) / dayMs;
  if (days >= rules.minDays) return [];
  return [`it has run ${days < 1 ? 'less than one' : round(days)} of at least ${rules.minDays} days`];
}

function conversionsMissing({ rules }: ExperimentTerms, primaries: readonly Paired[]): string[] {
  const least = rules.minConversionsPerGroup;
  return primaries.flatMap(({ metric, result }) =>
    sides
      .filter((side) => result.groups[side].conversions < least)
      .map(
        (side) =>
          `${metric.name}: group ${side} has ${whole(result.groups[side].conversions)} of at least ${whole(least)} conversions`,
      ),
  );
}

function alarms({ health }: ExperimentLook): string[] {
  if (!health.sampleRatioAlarm) return [];
  return [
    `the groups' sizes are not as the split says (e-value ${round(health.sampleRatioE)}): no result can be believed until it is found out why`,
  ];
}

function harms(all: readonly Paired[], winner: Side): string[] {
  const loser: Side = winner === 'model' ? 'fallback' : 'model';
  return all
    .filter(({ metric, result }) => metric.role === 'guardrail' && sideOf(result, metric.better) === loser)
    .map(({ metric }) => `guardrail ${metric.name}: ${winner} is worse on it`);
}

function capReached({ rules, startedAt }: ExperimentTerms, look: ExperimentLook): string | null {
  const units = look.units.model + look.units.fallback;
  if (units >= rules.maxUnits) return `no result at its cap of ${whole(rules.maxUnits)} units`;
  const days = (Date.parse(look.at) - Date.parse(startedAt)) / dayMs;
  return days >= rules.maxDays ? `no result at its cap of ${rules.maxDays} days` : null;
}

/** Which side the primary metrics speak for: all that speak must speak for the same. */
function decision(primaries: readonly Paired[]): { winner: Side; by: Paired } | string {
  const speaking = primaries.flatMap((by) => {
    const winner = sideOf(by.result, by.metric.better);
    return winner ? [{ winner, by }] : [];
  });
  const [first] = speaking;
  if (!first)
    return `the interval of ${primaries.map(({ metric }) => metric.name).join(', ')} still includes 0`;
  if (speaking.some(({ winner }) => winner !== first.winner))
    return 'the primary metrics speak for different groups';
  return first;
}

/**
 * Ends an experiment when, and only when: a primary metric's always-valid absolute interval excludes 0, there are enough
 * conversions in both groups, it has run long enough, the groups' sizes are as they should be, and no guardrail is
 * harmed by the winner; or, at its cap of units or days, as inconclusive.
 */
export function judge(terms: ExperimentTerms, look: ExperimentLook): Judgement {
  const all = paired(terms, look);
  const primaries = all.filter(({ metric }) => metric.role === 'primary');
  const decided = decision(primaries);
  const waitingFor = [
    ...alarms(look),
    ...timeMissing(terms, look),
    ...conversionsMissing(terms, primaries),
    ...(typeof decided === 'string' ? [decided] : harms(all, decided.winner)),
  ];
  if (waitingFor.length === 0 && typeof decided !== 'string') {
    const { winner, by } = decided;
    const rule = `the always-valid interval of ${by.metric.name} excludes 0, and every other rule is met`;
    return { ended: { verdict: winner, rule, decidedBy: by.result }, waitingFor: [] };
  }
  const cap = capReached(terms, look);
  if (cap === null) return { ended: null, waitingFor };
  return {
    ended: { verdict: 'inconclusive', rule: cap, decidedBy: primaries[0]?.result ?? null },
    waitingFor: [],
  };
}
