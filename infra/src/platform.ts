import type { App } from './cdktf.ts';
import type { Environment } from './environments.ts';
import { FoundationStack } from './stacks/foundation.ts';

export function createPlatform(app: App, environments: readonly Environment[]): void {
  const accounts = new Map<string, [Environment, ...Environment[]]>();
  for (const environment of environments) {
    const group = accounts.get(environment.account);
    if (group) group.push(environment);
    else accounts.set(environment.account, [environment]);
  }
  for (const group of accounts.values()) {
    const id = accounts.size === 1 ? 'foundation' : `foundation-${group[0].name}`;
    new FoundationStack(app, id, group);
  }
}
