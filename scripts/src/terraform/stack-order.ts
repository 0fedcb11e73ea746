import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const manifest = z.object({
  stacks: z.record(
    z.string(),
    z.object({ name: z.string(), synthesizedStackPath: z.string(), dependencies: z.array(z.string()) }),
  ),
});

export interface SynthesizedStack {
  readonly name: string;
  /** Where its cdk.tf.json is. */
  readonly folder: string;
  readonly dependencies: readonly string[];
}

/** The stacks an environment stands on, its own and the shared ones: what is depended on comes first. */
export function stacksOf(
  environment: string,
  outdir: string,
  only: readonly string[] = [],
): readonly SynthesizedStack[] {
  const { stacks } = manifest.parse(JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')));
  const others = /-(staging|production)$/;
  const ordered: SynthesizedStack[] = [];
  const visit = (name: string): void => {
    const stack = stacks[name];
    if (!stack || ordered.some((done) => done.name === name)) return;
    stack.dependencies.forEach(visit);
    ordered.push({
      name,
      folder: dirname(join(outdir, stack.synthesizedStackPath)),
      dependencies: stack.dependencies,
    });
  };
  Object.keys(stacks)
    .filter((name) => name.endsWith(`-${environment}`) || !others.test(name))
    .forEach(visit);
  if (only.length === 0) return ordered;
  const chosen = only.map((what) =>
    ordered.find(({ name }) => name === what || name === `${what}-${environment}`),
  );
  const missing = only.filter((_, index) => chosen[index] === undefined);
  if (missing.length > 0)
    throw new Error(
      `There is no stack ${missing.join(', ')} in ${environment}: there are ${ordered.map(({ name }) => name).join(', ')}`,
    );
  // In the order they were asked for: a move from one runtime to another names its own.
  return chosen.filter((stack) => stack !== undefined);
}
