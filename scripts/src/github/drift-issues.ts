import { z } from 'zod';
import type { Github } from './github.ts';

export const stackDrift = z.object({
  stack: z.string(),
  status: z.enum(['clean', 'drifted', 'failed']),
  detail: z.string(),
});
export type StackDrift = z.output<typeof stackDrift>;

const label = 'drift';
const issue = z.object({
  number: z.int(),
  title: z.string(),
  pull_request: z.unknown().optional(),
});
/** Characters of Terraform's words in an issue, which GitHub ends at 65,536. */
const longestDetail = 60_000;

const titleOf = (stack: string) => `Drift in ${stack}`;
const bodyOf = ({ detail }: StackDrift) =>
  `What runs differs from what is written:\n\n\`\`\`\n${detail.slice(-longestDetail).replaceAll('```', '')}\n\`\`\``;

/** One open issue for each stack that differs, closed once it is clean again; a stack that could not be asked is left as it is. */
export async function fileDrift(github: Github, found: readonly StackDrift[]): Promise<readonly string[]> {
  const open = await github.list(`/issues?state=open&labels=${label}`, issue);
  const done: string[] = [];
  for (const drift of found) {
    const title = titleOf(drift.stack);
    const known = open.find((each) => each.title === title && each.pull_request === undefined);
    if (drift.status === 'drifted') {
      if (known) await github.call('PATCH', `/issues/${known.number}`, { body: bodyOf(drift) });
      else await github.call('POST', '/issues', { title, labels: [label], body: bodyOf(drift) });
      done.push(`${drift.stack}: its issue is ${known ? 'updated' : 'opened'}`);
    } else if (drift.status === 'clean' && known) {
      await github.call('POST', `/issues/${known.number}/comments`, { body: 'Clean again.' });
      await github.call('PATCH', `/issues/${known.number}`, { state: 'closed' });
      done.push(`${drift.stack}: its issue is closed`);
    }
  }
  return done;
}
