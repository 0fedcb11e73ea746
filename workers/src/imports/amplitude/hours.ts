/** Whole hours in UTC since 1970: Amplitude's unit of an export. */
export type Hour = number;

const hourMs = 3_600_000;

export const hourOf = (at: string | number | Date): Hour => Math.floor(new Date(at).getTime() / hourMs);
export const timeOf = (hour: Hour): string => new Date(hour * hourMs).toISOString();
/** As the Export API wants it: `20210527T11`. */
export const exportHour = (hour: Hour): string => timeOf(hour).slice(0, 13).replaceAll('-', '');

export interface Window {
  from: Hour;
  /** Exclusive. */
  to: Hour;
}

/** The hours of `range` that `done` does not cover, in order. */
export function missingWindows(range: Window, done: readonly Window[]): Window[] {
  const missing: Window[] = [];
  let { from } = range;
  for (const window of done.toSorted((a, b) => a.from - b.from)) {
    if (window.from > from) missing.push({ from, to: Math.min(window.from, range.to) });
    from = Math.max(from, window.to);
    if (from >= range.to) break;
  }
  if (from < range.to) missing.push({ from, to: range.to });
  return missing.filter(({ from: start, to }) => to > start);
}
