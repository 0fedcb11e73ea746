import { ownLoss, type ModelMetrics } from '@foretell/core/contracts/model-version';

/** A trained version in a notification: its main score beside the average's, and a caution where its loss is no smaller, or hardly. */
export function headline(metrics: Pick<ModelMetrics, 'scores' | 'baseline' | 'task'>): string {
  const { scores, baseline, task } = metrics;
  const [name, score, base] =
    task === 'regression'
      ? (['RMSE', scores.rmse, baseline.rmse] as const)
      : task === 'binary'
        ? (['AUC', scores.auc, baseline.auc] as const)
        : (['Log loss', scores.logLoss, baseline.logLoss] as const);
  const told = `${name} ${words(score)} on rows later in time; always answering the average: ${words(base)}.`;
  const own = ownLoss(metrics);
  if (!own || own.standing === 'better') return told;
  if (task !== 'binary')
    return `${told} The model is ${own.standing === 'worse' ? 'the worse' : 'hardly the better'} of the two.`;
  return `${told} Its probabilities are ${own.standing} than the average: log loss ${words(own.loss)} against ${words(own.average)}.`;
}

const words = (score: number | undefined): string => score?.toPrecision(3) ?? 'unknown';
