import { formatNumber } from '../../format/numbers.ts';

export interface ShownFigure {
  label: string;
  value: string;
}

/** "trainRows" and "train_rows" read "train rows". */
export function wordsOf(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase();
}

function shown(value: unknown): string | null {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  return null;
}

/** A job's figures as lines to read; one level of grouping is told in the label, series (drawn elsewhere) are left out. */
export function jobFigures(figures: Readonly<Record<string, unknown>>): ShownFigure[] {
  return Object.entries(figures).flatMap(([name, value]) => {
    const own = shown(value);
    if (own !== null) return [{ label: wordsOf(name), value: own }];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    return Object.entries(value).flatMap(([inner, innerValue]) => {
      const text = shown(innerValue);
      return text === null ? [] : [{ label: `${wordsOf(name)}: ${wordsOf(inner)}`, value: text }];
    });
  });
}
