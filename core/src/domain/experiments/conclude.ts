import type { Conclusion, ExperimentLook, Metric } from '../../contracts/experiments.ts';
import { whole } from '../count-words.ts';
import { alphaOf } from './metric-result.ts';
import { percent, resultInWords } from './result-words.ts';
import { judge, type ExperimentTerms } from './verdict.ts';

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

const roleWords = { primary: '', secondary: 'Also watched: ', guardrail: 'Guardrail: ' } as const;

function metricLines({ metrics, rules }: ExperimentTerms, look: ExperimentLook): string[] {
  const order: Metric['role'][] = ['primary', 'guardrail', 'secondary'];
  const sorted = [...metrics].sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
  return sorted.flatMap((metric) => {
    const result = look.metrics.find((each) => each.metric === metric.name);
    if (!result) return [];
    return [`${roleWords[metric.role]}${resultInWords(metric, result, alphaOf(metric, metrics, rules))}`];
  });
}

/** What the reader may rely on: α holds over all primary metrics and every look together. */
function promise({ metrics, rules }: ExperimentTerms): string {
  const primaries = metrics.filter(({ role }) => role === 'primary').length;
  const shared = primaries > 1 ? `, over all ${primaries} primary metrics together` : '';
  return `The chance of a false alarm is at most ${percent(rules.alpha)} whenever you look${shared}.`;
}

function healthLine({ health }: ExperimentLook): string {
  const { sampleRatioE, unitsInBothGroups } = health;
  const e = Number(sampleRatioE.toPrecision(3));
  return `Groups split as meant (e-value ${e}, alarm above 1000); ${whole(unitsInBothGroups)} units in both groups.`;
}

function report(
  terms: ExperimentTerms,
  look: ExperimentLook,
  verdict: Conclusion['verdict'],
  rule: string,
): string {
  const ran = durationInWords(Date.parse(look.at) - Date.parse(terms.startedAt));
  return [
    `${outcome[verdict]} After ${ran}: ${rule}.`,
    ...metricLines(terms, look),
    ...(verdict === 'inconclusive' ? [] : [promise(terms)]),
    look.health.sampleRatioAlarm
      ? 'Groups not split as meant: no figure here can be believed.'
      : healthLine(look),
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
