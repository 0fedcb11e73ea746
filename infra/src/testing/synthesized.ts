import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environments, type Environment, type EnvironmentName } from '../environments.ts';
import type { JsonObject, Resource } from '../policies/resource.ts';
import { synthesize } from '../synthesize.ts';

export interface SynthesizedStack {
  readonly name: string;
  /** Of both environments: null. */
  readonly environment: EnvironmentName | null;
  readonly json: {
    readonly resource: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
    readonly provider: { readonly aws: readonly JsonObject[] };
    readonly terraform: { readonly backend: { readonly s3: JsonObject } };
    readonly output?: Readonly<Record<string, JsonObject>>;
  };
  readonly resources: readonly Resource[];
}

export type Environments = Readonly<Record<EnvironmentName, Environment>>;

/** All stacks as Terraform would read them, through the very door that `make synth` uses. */
export function synthesized(all: Environments = environments): readonly SynthesizedStack[] {
  const folder = mkdtempSync(join(tmpdir(), 'foretell-synth-'));
  try {
    synthesize(all, folder);
    return readdirSync(join(folder, 'stacks'))
      .sort()
      .map((name) => {
        const text = readFileSync(join(folder, 'stacks', name, 'cdk.tf.json'), 'utf8');
        const json = JSON.parse(text) as SynthesizedStack['json'];
        return { name, environment: environmentOf(name), json, resources: resourcesOf(json) };
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const environmentOf = (stack: string): EnvironmentName | null =>
  stack.endsWith('-staging') ? 'staging' : stack.endsWith('-production') ? 'production' : null;

const resourcesOf = (json: SynthesizedStack['json']): readonly Resource[] =>
  Object.entries(json.resource).flatMap(([type, ofType]) =>
    Object.entries(ofType).map(([name, values]) => ({ address: `${type}.${name}`, type, values })),
  );

/** Both environments, changed alike. */
export const withEach = (change: (environment: Environment) => Environment): Environments => ({
  staging: change(environments.staging),
  production: change(environments.production),
});

export const clusterSpark = {
  kind: 'cluster',
  primaryInstance: 'm7g.xlarge',
  workerInstances: ['m7g.xlarge', 'm6g.xlarge'],
  coreUnits: 2,
  maximumUnits: 20,
  idleMinutes: 15,
} as const;

export const transientSpark = {
  kind: 'transient',
  primaryInstance: 'm7g.xlarge',
  workerInstances: ['m7g.xlarge', 'm6g.xlarge'],
  coreUnits: 2,
  maximumUnits: 20,
} as const;

/** Every service that can be on Beanstalk is. */
export const onBeanstalk = (environment: Environment): Environment => ({
  ...environment,
  services: {
    ...environment.services,
    backend: { ...environment.services.backend, runtime: 'beanstalk' },
    workers: { ...environment.services.workers, runtime: 'beanstalk' },
  },
});
