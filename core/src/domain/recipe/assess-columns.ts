import type { RecipeQuestion } from '../../contracts/control-api/models.ts';
import type { ColumnSummary, FeatureSetSample, FeatureSetSummary } from '../../contracts/feature-set.ts';
import type { Scalar } from '../../contracts/primitives.ts';
import type { ColumnRole } from '../../contracts/recipe.ts';
import { createLabelReader } from './label-value.ts';
import { leakScore, leakThreshold } from './leak-score.ts';
import type { UnderstoodLabel } from './understand-label.ts';

/** A column beside entity, time and label: what it may be used for, and why. */
export interface AssessedColumn {
  summary: ColumnSummary;
  role: ColumnRole;
  /** Known when the prediction is asked for: sent with the request. */
  ofRow: boolean;
  /** After how many days its past values count; null: never. */
  historyAfterDays: number | null;
}

/** Texts longer than this on average are prose, not categories. */
const maxTextLength = 60;

export function assessColumns(
  question: RecipeQuestion,
  label: UnderstoodLabel,
  summary: FeatureSetSummary,
  sample: FeatureSetSample,
): AssessedColumn[] {
  // What the label is the future of may well be known of the row itself.
  const special = [question.entity, question.time, ...(question.label.next ? [] : [question.label.column])];
  const leak = question.label.next ? () => undefined : createLeakCheck(label, sample);
  return summary.columns
    .filter(({ name }) => !special.includes(name))
    .map((column) => assess(column, question, summary.rows, sample, leak));
}

type LeakCheck = (column: string) => ColumnRole['leak'];

function createLeakCheck(label: UnderstoodLabel, sample: FeatureSetSample): LeakCheck {
  const { classes, task } = label;
  const read = createLabelReader({ label: label.label, task, ...(classes ? { classes } : {}) });
  const rows = sample.rows.filter((row) => Number.isFinite(read(row[label.label.column])));
  const labels = Float64Array.from(rows, (row) => read(row[label.label.column]));
  return (column) => {
    const cells = rows.map((row): Scalar => row[column] ?? null);
    const leak = leakScore(cells, labels, task, classes?.length ?? 0);
    return leak && leak.score >= leakThreshold ? leak : undefined;
  };
}

function assess(
  summary: ColumnSummary,
  question: RecipeQuestion,
  rows: number,
  sample: FeatureSetSample,
  leakOf: LeakCheck,
): AssessedColumn {
  const { name } = summary;
  const after = question.knownAfterDays[name];
  const decided = (role: ColumnRole['role'], reason: string, leak?: ColumnRole['leak']): AssessedColumn => ({
    summary,
    role: { column: name, role, reason, ...(leak ? { leak } : {}) },
    ofRow: role === 'feature',
    historyAfterDays: role === 'feature' ? (after ?? 0) : role === 'history' ? (after ?? null) : null,
  });
  const useless = whyUseless(summary, rows, sample);
  if (useless) return decided('excluded', useless);
  const later = `its past values count ${days(after ?? 0)} after the row's time, when they are known`;
  if (question.exclude.includes(name))
    return after === undefined
      ? decided('excluded', 'not known at prediction time, as you said, and not known when it is')
      : decided('history', `not known at prediction time, as you said; ${later}`);
  if (after !== undefined && after > 0)
    return decided('history', `known only ${days(after)} later; ${later}`);
  const leak = leakOf(name);
  if (leak) {
    const reason = `alone it tells the label almost perfectly (${leak.measure === 'auc' ? 'AUC' : 'R²'} ${leak.score.toFixed(3)}): a copy or a consequence of the label`;
    return after === undefined
      ? decided('excluded', reason, leak)
      : decided('history', `${reason}; ${later}`, leak);
  }
  return decided('feature', 'known at prediction time: used as it is, and the entity’s past values of it');
}

/** A number of days in words. */
export const days = (n: number): string => (n === 1 ? '1 day' : `${n} days`);

/** Why a column teaches nothing; null: it may. */
export function whyUseless(
  { name, type, distinct, nulls }: ColumnSummary,
  rows: number,
  sample: FeatureSetSample,
): string | null {
  const present = rows - nulls;
  if (present === 0) return 'empty in every row';
  if (distinct <= 1 && nulls === 0) return 'the same in every row';
  if (type === 'timestamp' || type === 'date') return 'a second time: only the row’s own time is read';
  if (distinct >= present && type === 'integer') return 'different in every row: an id';
  if (type !== 'string') return null;
  if (distinct >= present * 0.95) return 'different in almost every row: an id or free text';
  const texts = sample.rows.flatMap((row) => (typeof row[name] === 'string' ? [row[name].length] : []));
  const mean = texts.reduce((sum, length) => sum + length, 0) / Math.max(1, texts.length);
  return mean > maxTextLength ? `free text (${Math.round(mean)} letters on average)` : null;
}
