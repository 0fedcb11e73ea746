import type { DeadLetter } from './dead-letters.ts';

const longestReason = 160;

const minute = (iso: string) => iso.slice(0, 16).replace('T', ' ');

function causes(letters: readonly DeadLetter[]): string {
  const byCode = Map.groupBy(letters, ({ code }) => code);
  return [...byCode].map(([code, of]) => `${code}: ${of.length}`).join(', ');
}

/** A line a queue: how many, since when, why. `atMost`: as many as were read, so that there may be more. */
export function renderQueues(queues: ReadonlyMap<string, readonly DeadLetter[]>, atMost: number): string {
  const lines = [...queues].map(([queue, letters]) => {
    const [oldest] = letters;
    const count = letters.length === atMost ? `${atMost}+` : String(letters.length);
    const since = oldest ? `oldest ${minute(oldest.sentAt)}, ${causes(letters)}` : '';
    return `${queue.padEnd(20)}${count.padStart(5)}  ${since}`.trimEnd();
  });
  return lines.join('\n');
}

/** What each is, why it is here, and its body. */
export function renderLetters(letters: readonly DeadLetter[]): string {
  return letters
    .map(({ id, type, job, workspace, code, reason, sentAt, body }) =>
      [
        `${id}  ${minute(sentAt)}  ${type ?? 'no message of ours'}`,
        ...(job === null ? [] : [`  job ${job}`]),
        ...(workspace === null ? [] : [`  workspace ${workspace}`]),
        `  ${code}: ${reason.slice(0, longestReason)}`,
        `  ${body}`,
      ].join('\n'),
    )
    .join('\n\n');
}
