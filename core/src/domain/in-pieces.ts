/** The same things in the same order, `atOnce` at a time; the last piece may have fewer. */
export function inPieces<T>(all: readonly T[], atOnce: number): T[][] {
  const pieces = Math.ceil(all.length / atOnce);
  return Array.from({ length: pieces }, (_, i) => all.slice(i * atOnce, (i + 1) * atOnce));
}
