import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentNamed } from '@foretell/infra/environment-rules';
import { environments } from '@foretell/infra/environments';
import { githubOf } from '../github/github.ts';
import { postReview as post } from '../github/post-review.ts';
import { plansFolder } from '../terraform/saved-plans.ts';

/** `post-review ENV NUMBER`: the environment's review as a comment of the pull request, in the place of the last one. */
export async function postReview([name, number]: readonly string[]): Promise<number> {
  const { name: environment } = environmentNamed(environments, name);
  if (!/^\d+$/.test(number ?? ''))
    throw new Error('Give the number of the pull request: post-review ENV NUMBER');
  const review = readFileSync(join(plansFolder(environment), 'review.md'), 'utf8');
  const done = await post(githubOf(process.env), { pullRequest: Number(number), review });
  console.log(`The review of ${environment} is ${done}.`);
  return 0;
}
