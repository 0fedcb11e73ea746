import type { Environment } from '../environments.ts';
import type { Lake } from './data-lake.ts';
import type { Role } from './role.ts';

/** Spark 3.5.6, as the compiler's SQL is tested on. */
export const emrRelease = 'emr-7.11.0';

export interface SparkProps {
  readonly environment: Environment;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly keyArn: string;
  readonly lake: Lake;
  /** The generic runner, that every job names. */
  readonly runner: { readonly source: string; readonly sha256: string };
}

/** EMR's service role may only touch what carries it: the cluster, its subnets and its security groups. */
export const forManagedPolicy = { 'for-use-with-amazon-emr-managed-policies': 'true' } as const;

/** What others need to know of what runs jobs. */
export type EngineAttributes =
  | { readonly kind: 'serverless'; readonly applicationId: string }
  | { readonly kind: 'cluster'; readonly clusterId: string }
  | {
      readonly kind: 'transient';
      readonly serviceRoleArn: string;
      readonly profileArn: string;
      readonly securityConfiguration: string;
      readonly nodesGroupId: string;
      readonly serviceGroupId: string;
    };

/** What runs jobs, whichever kind the environment chose. */
export interface SparkEngine {
  /** The role jobs run as. */
  readonly jobRole: Role;
  readonly attributes: EngineAttributes;
}
