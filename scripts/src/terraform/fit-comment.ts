import { plural } from './markdown.ts';

/** Characters of one GitHub comment, less some for what the workflow may add. */
export const commentLimit = 65_536;
const reserve = 1_000;

/** Joins the parts; where they are too long, whole blocks are left out from the end, and it is said how many. */
export function fitComment(
  head: readonly string[],
  blocks: readonly string[],
  foot: readonly string[],
  artifactUrl?: string,
): string {
  const join = (parts: readonly string[]) => parts.join('\n\n');
  const whole = join([...head, ...blocks, ...foot]);
  if (whole.length <= commentLimit) return `${whole}\n`;
  const where =
    artifactUrl === undefined ? 'the artifact of this run' : `[the artifact of this run](${artifactUrl})`;
  const room = commentLimit - reserve - join([...head, ...foot]).length;
  const kept: string[] = [];
  let used = 0;
  for (const block of blocks) {
    if (used + block.length + 2 > room) break;
    kept.push(block);
    used += block.length + 2;
  }
  const left = blocks.length - kept.length;
  const note = `**${plural(left, 'block')} left out**: the review is longer than a comment may be. All of it is in ${where}.`;
  return `${join([...cut(head), ...kept, note, ...foot])}\n`;
}

/** Only a head of absurd length is cut itself, at the end of a part. */
function cut(head: readonly string[]): readonly string[] {
  let used = 0;
  return head.filter((part) => {
    used += part.length + 2;
    return used <= commentLimit - 2 * reserve;
  });
}
