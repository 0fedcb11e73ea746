import { z } from 'zod';
import type { Github } from './github.ts';

const comment = z.object({
  id: z.int(),
  body: z.string().nullish(),
  user: z.object({ type: z.string() }).nullish(),
});

/** Puts the review into the place of the last one: a bot's comment that begins with the same marker. */
export async function postReview(
  github: Github,
  { pullRequest, review }: { readonly pullRequest: number; readonly review: string },
): Promise<'written' | 'updated'> {
  const [marker = ''] = review.split('\n', 1);
  if (!marker.startsWith('<!--')) throw new Error('The review does not begin with its marker');
  const comments = await github.list(`/issues/${pullRequest}/comments`, comment);
  // Anybody may write the marker: only a comment of ours is overwritten.
  const last = comments.find(({ body, user }) => user?.type === 'Bot' && body?.startsWith(marker));
  if (last) await github.call('PATCH', `/issues/comments/${last.id}`, { body: review });
  else await github.call('POST', `/issues/${pullRequest}/comments`, { body: review });
  return last ? 'updated' : 'written';
}
