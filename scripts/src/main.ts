import { withoutCredentials } from './release/without-credentials.ts';

/** The operator's CLI: `node scripts/src/main.ts VERB …`. One verb a file, loaded when it is called. */
type Verb = (args: readonly string[], variables: NodeJS.ProcessEnv) => number | Promise<number>;

const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  plan: async () => (await import('./commands/plan.ts')).plan,
  apply: async () => (await import('./commands/apply.ts')).apply,
  drift: async () => (await import('./commands/drift.ts')).drift,
  cost: async () => (await import('./commands/cost.ts')).cost,
  bootstrap: async () => (await import('./commands/bootstrap.ts')).bootstrap,
  dlq: async () => (await import('./commands/dlq.ts')).dlq,
  build: async () => (await import('./commands/build.ts')).build,
  push: async () => (await import('./commands/push.ts')).push,
  'deploy-staging': async () => (await import('./commands/deploy-staging.ts')).deployStaging,
  promote: async () => (await import('./commands/promote.ts')).promote,
  rollback: async () => (await import('./commands/rollback.ts')).rollback,
  status: async () => (await import('./commands/status.ts')).status,
  verify: async () => (await import('./commands/verify.ts')).verify,
  diff: async () => (await import('./commands/diff.ts')).diff,
  cool: async () => (await import('./commands/cool.ts')).cool,
  logs: async () => (await import('./commands/logs.ts')).logs,
  unlock: async () => (await import('./commands/unlock.ts')).unlock,
  'post-review': async () => (await import('./commands/post-review.ts')).postReview,
  'file-drift': async () => (await import('./commands/file-drift.ts')).fileDrift,
  review: async () => (await import('./commands/review.ts')).review,
};

function inWords(error: unknown): unknown {
  return error instanceof Error ? (withoutCredentials(error) ?? error.message) : error;
}

const [name = '', ...args] = process.argv.slice(2);
const load = verbs[name];
if (!load) {
  console.error(`There is no verb "${name}": there are ${Object.keys(verbs).join(', ')}.`);
  process.exit(2);
}
try {
  const verb = await load();
  process.exitCode = await verb(args, process.env);
} catch (error) {
  console.error(inWords(error));
  process.exitCode = 1;
}
