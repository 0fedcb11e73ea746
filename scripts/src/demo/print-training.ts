import type { Model, ModelVersion } from '@foretell/core/contracts/control-api/models';
import { ownLoss, type ModelMetrics } from '@foretell/core/contracts/model-version';
import { thresholdWords } from '@foretell/core/domain/metrics/threshold-words';
import { thousands, type Printer } from './print.ts';

export function printRecipe(model: Model, printer: Printer): void {
  const { features, roles, warnings } = model.recipe;
  const count = (kind: string) => features.filter((feature) => feature.kind === kind).length;
  printer.line(
    `proposed recipe: ${features.length} features (${count('column')} of the row, ${count('calendar')} of the calendar, ` +
      `${count('history')} of the entity's history)`,
  );
  for (const role of roles) printer.line(`  ${role.column}: ${role.role}, ${role.reason}`);
  for (const warning of warnings) printer.line(`  warning: ${warning}`);
}

export function printMetrics({ metrics }: ModelVersion, printer: Printer): void {
  const { rows, scores, baseline, importances } = metrics;
  printer.line(
    `rows: ${thousands(rows.train)} to train, ${thousands(rows.validation)} to validate, ${thousands(rows.test)} to test (later in time)`,
  );
  const names = {
    auc: 'AUC',
    logLoss: 'log loss',
    brier: 'Brier',
    accuracy: 'accuracy',
    rmse: 'RMSE',
    mae: 'MAE',
    r2: 'R²',
  } as const;
  for (const [key, label] of Object.entries(names) as [keyof typeof names, string][]) {
    const score = scores[key];
    const base = baseline[key];
    if (score !== undefined)
      printer.line(
        `  ${label.padEnd(9)} ${score.toFixed(4)}${base === undefined ? '' : `   baseline ${base.toFixed(4)}`}`,
      );
  }
  const top = [...importances].sort((a, b) => b.loss - a.loss).slice(0, 5);
  printer.line(
    `what it looks at: ${top.map((item) => `${item.feature} (${item.loss.toFixed(4)})`).join(', ')}`,
  );
  const threshold = thresholdWords(metrics);
  if (threshold !== null) printer.line(threshold);
  const caution = averageDoesAsWell(metrics);
  if (caution === null) return;
  printer.line(`WARNING: ${caution}`);
  printer.line(
    '  Often the later rows differ from those it learned from, or the columns say nothing of the label:',
  );
  printer.line('  data over a longer time, more rows or other columns help most.');
}

/** In words that always answering the average has a smaller loss than a version, or one hardly larger; null of any other. */
export function averageDoesAsWell(metrics: Pick<ModelMetrics, 'scores' | 'baseline'>): string | null {
  const own = ownLoss(metrics);
  if (!own || own.standing === 'better') return null;
  const [name, loss, average] = [own.name === 'rmse' ? 'RMSE' : 'log loss', own.loss, own.average];
  return `this model is ${own.standing} than always answering the average: ${name} ${loss.toPrecision(4)} against ${average.toPrecision(4)}.`;
}
