/** Whatever a plan holds, it cannot end a code span, a fence or a cell, nor bring markup of its own. */

const longestRun = (text: string, of: string): number =>
  Math.max(0, ...[...text.matchAll(new RegExp(`${of}+`, 'g'))].map(([run]) => run.length));

/** In a line: one line, with as many backticks around as it takes. */
export function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('|', '¦');
  const ticks = '`'.repeat(longestRun(line, '`') + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${line}${pad}${ticks}`;
}

/** A block, with a fence longer than any inside. */
export function fence(language: string, text: string): string {
  const ticks = '`'.repeat(Math.max(3, longestRun(text, '`') + 1));
  return `${ticks}${language}\n${text}\n${ticks}`;
}

/** Folded away until somebody opens it. The blank lines let Markdown work inside. */
export const details = (summary: string, body: string): string =>
  `<details><summary>\n\n${summary}\n\n</summary>\n\n${body}\n\n</details>`;

export const quoted = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
