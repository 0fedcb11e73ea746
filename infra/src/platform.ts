import type { App } from './cdktf.ts';
import type { Environment } from './environments.ts';
import { BeanstalkStack } from './stacks/beanstalk.ts';
import { ComputeStack } from './stacks/compute.ts';
import { DataStack } from './stacks/data.ts';
import { EdgeStack } from './stacks/edge.ts';
import { FoundationStack } from './stacks/foundation.ts';
import { FunctionsStack } from './stacks/functions.ts';
import { MessagingStack } from './stacks/messaging.ts';
import { SparkStack } from './stacks/spark.ts';

type Group = [Environment, ...Environment[]];

/** Every stack, in the order of their lifetimes: what is above outlives what is below. */
export function createPlatform(app: App, environments: readonly Environment[]): void {
  for (const [id, group] of foundationsOf(environments)) {
    const foundation = new FoundationStack(app, id, group);
    for (const environment of group) createEnvironment(app, environment, foundation);
  }
}

function createEnvironment(app: App, environment: Environment, foundation: FoundationStack): void {
  const data = new DataStack(app, environment, foundation);
  const messaging = new MessagingStack(app, environment, foundation);
  const functions = new FunctionsStack(app, environment, { foundation, data, messaging });
  const spark = new SparkStack(app, environment, foundation, data);
  const below = { foundation, data, messaging, functions, spark };
  const compute = new ComputeStack(app, environment, below);
  new EdgeStack(app, environment, { foundation, messaging, compute });
  new BeanstalkStack(app, environment, below, compute);
}

/** Environments of one account share a foundation. */
function foundationsOf(environments: readonly Environment[]): readonly (readonly [string, Group])[] {
  const accounts = new Map<string, Group>();
  for (const environment of environments) {
    const group = accounts.get(environment.account);
    if (group) group.push(environment);
    else accounts.set(environment.account, [environment]);
  }
  const groups = [...accounts.values()];
  return groups.map((group) => [groups.length === 1 ? 'foundation' : `foundation-${group[0].name}`, group]);
}
