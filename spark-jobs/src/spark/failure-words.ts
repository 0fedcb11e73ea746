import type { FailureCause } from './training-set-runner.ts';

type Rule = readonly [RegExp, (detail: string) => string];

/** The first that matches is told; the detail is the pattern's group. */
const rules: readonly Rule[] = [
  [
    /OutOfMemoryError|exceeding (?:physical )?memory limits|exit(?:ed with)? (?:code|status) 137|exitCode: 137/i,
    () => 'Spark ran out of memory: give its workers more, or take fewer rows.',
  ],
  [/No space left on device/i, () => 'Spark ran out of disk: give its workers more.'],
  [/\[PATH_NOT_FOUND\] ([^\n]*)/, (detail) => `A file of the feature set is not there: ${detail}`],
  [
    /\[(?:CAST_OVERFLOW|ARITHMETIC_OVERFLOW|CAST_INVALID_INPUT|NUMERIC_VALUE_OUT_OF_RANGE)[^\]]*\] ([^\n]*)/,
    (detail) => `A value in the data is out of range: ${detail}`,
  ],
  [
    /\[UNRESOLVED_COLUMN[^\]]*\] ([^\n]*)/,
    (detail) => `The files of the feature set do not have the columns of its schema: ${detail}`,
  ],
  [
    /((?:AccessDenied|Access Denied|Forbidden|Status Code: 403)[^\n]*)/i,
    (detail) => `Spark may not read or write what the job names: ${detail}`,
  ],
  [/((?:[Ee]xecution|[Jj]ob run) time ?out[^\n]*)/, (detail) => `The run took longer than it may: ${detail}`],
];

/** Causes that lie in the data, in a right or in a size, and will be there the next time too. */
const lasting =
  /out of memory|PATH_NOT_FOUND|file of the feature set|CAST_OVERFLOW|ARITHMETIC_OVERFLOW|CAST_INVALID_INPUT|NUMERIC_VALUE_OUT_OF_RANGE|out of range|UNRESOLVED_COLUMN|do not have the columns|may not read or write|took longer/i;

/** Whether a run that failed so may succeed when it is tried again. */
export const mayPass = (said: string): boolean => !lasting.test(said);

const anyError = /^(?:[\w.$]*(?:Exception|Error)\b|\[[A-Z_]+(?:\.[A-Z_]+)?\]).*$/gm;
const tailLines = 40;

/** The cause of a failure in words, from what an engine printed; `reason` is the platform's own, and may be all there is. */
export function failureInWords(printed: string, reason?: string): FailureCause {
  const tail = printed.trimEnd().split('\n').slice(-tailLines).join('\n');
  for (const [pattern, words] of rules) {
    const found = pattern.exec(printed) ?? (reason === undefined ? null : pattern.exec(reason));
    if (found) return { words: words(found[1]?.trim() ?? ''), tail };
  }
  const error = [...printed.matchAll(anyError)].at(-1)?.[0];
  const said = error ?? reason?.trim();
  return { words: said ? `Spark failed: ${said}` : 'Spark failed, and left no word of why.', tail };
}
