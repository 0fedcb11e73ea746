import { parseArgs } from 'node:util';
import { readPlan } from '../terraform/plan-json.ts';
import { renderReview } from '../terraform/render-review.ts';
import { reviewPlans } from '../terraform/review-model.ts';

/** `review PLAN.json… [--environment E] [--commit SHA] [--artifact-url URL]`: the Markdown review on stdout. */
export function review(args: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      environment: { type: 'string' },
      commit: { type: 'string' },
      'artifact-url': { type: 'string' },
    },
  });
  if (positionals.length === 0)
    throw new Error('Give the files to review: make review PLANS="a.json b.json"');
  const text = renderReview(reviewPlans(positionals.map(readPlan)), {
    ...(values.environment === undefined ? {} : { environment: values.environment }),
    ...(values.commit === undefined ? {} : { commit: values.commit }),
    ...(values['artifact-url'] === undefined ? {} : { artifactUrl: values['artifact-url'] }),
  });
  process.stdout.write(text);
  return 0;
}
