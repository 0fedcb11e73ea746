const namedAtMost = 3;

/** `"a"`, `"a" and "b"`, `"a", "b", "c" and 4 more`: for messages that name what is in the way. */
export function inWords(names: readonly string[]): string {
  const named = names.slice(0, namedAtMost).map((name) => `"${name}"`);
  const rest = names.length - named.length;
  const parts = rest > 0 ? [...named, `${rest} more`] : named;
  return [parts.slice(0, -1).join(', '), parts.at(-1)].filter(Boolean).join(' and ');
}
