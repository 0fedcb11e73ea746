import type { Metric, MetricResult } from '../../contracts/experiments.ts';
import { whole } from '../count-words.ts';

type Kind = Metric['kind'];

const digits = (value: number) => String(Number(value.toPrecision(4)));
export const percent = (share: number) => `${digits(share * 100)} %`;

/** A group's value: conversions are shares, all else is a number a unit. */
const valueInWords = (value: number, kind: Kind) => (kind === 'conversion' ? percent(value) : digits(value));

/** A difference, with its sign. */
function differenceInWords(value: number, kind: Kind): string {
  const size = kind === 'conversion' ? `${digits(Math.abs(value) * 100)} points` : digits(Math.abs(value));
  return `${value < 0 ? '−' : '+'}${size}`;
}

/** What happened to a metric, in one sentence: from the fallback's value to the model's, with the interval. */
export function resultInWords(metric: Metric, result: MetricResult, alpha: number): string {
  const { means, estimate, low, high, groups, adjustment } = result;
  const { kind, name } = metric;
  const [from, to] = [valueInWords(means.fallback, kind), valueInWords(means.model, kind)];
  const units = `${whole(groups.model.n)} and ${whole(groups.fallback.n)} units`;
  if (estimate === null || low === null || high === null)
    return `${name}: ${to} with the model, ${from} with the fallback, too little for an interval (${units}).`;
  const moved = low > 0 ? 'raised' : high < 0 ? 'lowered' : null;
  const change =
    moved === null
      ? `The model made no difference to ${name} that can be told from chance: ${to} against ${from}`
      : `The model ${moved} ${name} from ${from} to ${to}`;
  const sharpened = adjustment
    ? `, sharpened by the 14 days before exposure (${percent(adjustment.varianceReduction)} less variance)`
    : '';
  return (
    `${change} (${differenceInWords(estimate, kind)}; always-valid ${percent(1 - alpha)} interval ` +
    `${differenceInWords(low, kind)} to ${differenceInWords(high, kind)}; ${units}${sharpened}).`
  );
}
