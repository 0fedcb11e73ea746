/** `<now>`, `<now+300s>` and `<revision of workers-green>`, wherever they stand in a string. */
const placeholder =
  /<(now(?:\+([\d.]+)s)?|(?:revision|deployment) of [\w-]+|migration task|time of the move)>/g;

/** A copy of `value` with what is known by now in its place. */
export function fillIn<T>(value: T, known: ReadonlyMap<string, string>, now: Date): T {
  const fill = (of: unknown): unknown => {
    if (typeof of === 'string')
      return of.replaceAll(placeholder, (whole, name: string, seconds: string | undefined) => {
        if (name.startsWith('now'))
          return new Date(now.getTime() + Number(seconds ?? 0) * 1000).toISOString();
        const found = known.get(name);
        if (found === undefined) throw new Error(`Nothing has given ${whole} yet`);
        return found;
      });
    if (Array.isArray(of)) return of.map(fill);
    if (typeof of !== 'object' || of === null || of instanceof Uint8Array) return of;
    return Object.fromEntries(Object.entries(of).map(([key, each]) => [key, fill(each)]));
  };
  // The same shape, strings for strings.
  return fill(value) as T;
}
