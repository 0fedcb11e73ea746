import { ownLoss, type ModelMetrics } from '@foretell/core/contracts/model-version';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { formatNumber, formatShare } from '../../format/numbers.ts';
import { labelWords } from './recipe-words.ts';

const ofHundred = (share: number) => Math.round(share * 100);

/** How good a model is, in one sentence a product developer can repeat. */
export function headline(metrics: ModelMetrics, recipe: Pick<Recipe, 'label' | 'classes'>): string {
  const { scores, baseline, task } = metrics;
  if (task === 'binary' && scores.auc !== undefined) {
    return `Given two rows, one with ${positiveWords(recipe)} and one without, it ranks them rightly ${ofHundred(scores.auc)} times of 100; guessing: 50.`;
  }
  if (task === 'multiclass' && scores.accuracy !== undefined) {
    const guess =
      baseline.accuracy === undefined
        ? ''
        : `; always the most frequent class: ${ofHundred(baseline.accuracy)}`;
    return `It names the right ${labelWords(recipe.label)} ${ofHundred(scores.accuracy)} times of 100${guess}.`;
  }
  const error = scores.mae ?? scores.rmse;
  const other = scores.mae === undefined ? baseline.rmse : baseline.mae;
  if (error === undefined) return 'It has no score of its own.';
  const guess = other === undefined ? '' : `; always answering the average is off by ${formatNumber(other)}`;
  return `Its ${labelWords(recipe.label)} is off by ${formatNumber(error)} on average${guess}.`;
}

function positiveWords({ label, classes }: Pick<Recipe, 'label' | 'classes'>): string {
  if (label.kind !== 'column') return labelWords(label);
  return classes?.[1] === undefined ? label.column : `${label.column} = ${String(classes[1])}`;
}

export interface Judgement {
  color: 'teal' | 'gray' | 'orange' | 'red';
  words: string;
}

/** From this gain on (an AUC of 0.6), a yes-or-no model ranks well enough to be of use whatever its probabilities are. */
const clearGain = 0.2;

/** How much a model adds to guessing: a reading aid, nothing is decided by it. */
export function judge(metrics: ModelMetrics): Judgement {
  const gain = gainOf(metrics);
  if (gain <= 0.005) return { color: 'red', words: 'No better than guessing' };
  const standing = ownLoss(metrics)?.standing ?? 'better';
  if (standing !== 'better') {
    if (gain < clearGain)
      return { color: standing === 'worse' ? 'orange' : 'gray', words: 'Hardly better than guessing' };
    const but = standing === 'worse' ? 'are not' : 'hardly are';
    return { color: 'orange', words: `Better than guessing, but its probabilities ${but}` };
  }
  if (gain >= 0.5) return { color: 'teal', words: 'Much better than guessing' };
  if (gain >= 0.05) return { color: 'teal', words: 'Better than guessing' };
  return { color: 'orange', words: 'Slightly better than guessing' };
}

/** What to beware of, when always answering the average would have had the smaller loss, or hardly a larger one; else null. */
export function caution(metrics: ModelMetrics): string | null {
  const own = ownLoss(metrics);
  if (!own || own.standing === 'better') return null;
  const what = own.name === 'rmse' ? 'answers' : 'probabilities';
  const losses = `${scoreWords[own.name].label} ${formatNumber(own.loss)} against ${formatNumber(own.average)}`;
  const told = `Its ${what} are ${own.standing} than always answering the average: ${losses}`;
  if (own.standing === 'hardly better') return `${told}, ${formatShare(own.skill, 2)} less.`;
  const ranks = own.name === 'logLoss' && gainOf(metrics) >= clearGain;
  const use = ranks ? ' Go by which of two is higher, and do not read them as chances.' : '';
  return `${told}.${use} Often the later rows it was tested on differ from those it learned from: data over a longer time helps most.`;
}

/** The share of the baseline's error that is gone, 0 to 1: ranking errors (binary), wrong answers, or squared error. */
function gainOf({ task, scores, baseline }: ModelMetrics): number {
  if (task === 'binary') return ((scores.auc ?? 0.5) - 0.5) * 2;
  if (task === 'multiclass') {
    const wrong = 1 - (baseline.accuracy ?? 0);
    return wrong === 0 ? 0 : ((scores.accuracy ?? 0) - (baseline.accuracy ?? 0)) / wrong;
  }
  if (scores.rmse === undefined || baseline.rmse === undefined || baseline.rmse === 0) return scores.r2 ?? 0;
  return 1 - (scores.rmse / baseline.rmse) ** 2;
}

type ScoreName = keyof ModelMetrics['scores'];

interface ScoreRow {
  name: ScoreName;
  label: string;
  meaning: string;
  value: string;
  baseline: string | null;
  better: boolean | null;
}

const scoreWords: Record<
  ScoreName,
  { label: string; meaning: string; lowerIsBetter?: boolean; share?: boolean }
> = {
  auc: { label: 'Ranking (AUC)', meaning: '0.5 is guessing, 1 never ranks a pair wrongly' },
  averagePrecision: {
    label: 'Average precision',
    meaning: 'how pure the top of the ranking is; guessing: the share of positives',
  },
  accuracy: {
    label: 'Right answers',
    meaning:
      'share of answers that are right; where one class is rare, always answering the other scores high too',
    share: true,
  },
  logLoss: {
    label: 'Log loss',
    meaning: 'how surprised its probabilities are by what happened; smaller is better',
    lowerIsBetter: true,
  },
  brier: {
    label: 'Brier score',
    meaning: 'mean squared error of its probabilities; smaller is better',
    lowerIsBetter: true,
  },
  mae: { label: 'Mean error', meaning: 'how far off it is on average', lowerIsBetter: true },
  rmse: { label: 'RMSE', meaning: 'as the mean error, large misses weigh more', lowerIsBetter: true },
  r2: { label: 'Explained (R²)', meaning: 'share of the variation it explains', share: true },
};

/** The scores on rows later than any it learned from, beside those of always answering the average. */
export function scoreRows({
  scores,
  baseline,
  task,
}: Pick<ModelMetrics, 'scores' | 'baseline' | 'task'>): ScoreRow[] {
  return (Object.keys(scoreWords) as ScoreName[]).flatMap((name) => {
    const value = scores[name];
    if (value === undefined) return [];
    const { label, meaning, lowerIsBetter = false, share = false } = scoreWords[name];
    const base = baseline[name];
    // The answers of a yes-or-no model follow its threshold, which may be chosen to catch more, not to be right more.
    const isJudged = !(name === 'accuracy' && task === 'binary');
    const show = share ? (x: number) => formatShare(x) : formatNumber;
    return [
      {
        name,
        label,
        meaning,
        value: show(value),
        baseline: base === undefined ? null : show(base),
        better: !isJudged || base === undefined || base === value ? null : value < base === lowerIsBetter,
      },
    ];
  });
}
