import { Construct, S3Object } from '../cdktf.ts';
import type { Environment } from '../environments.ts';
import type { Statement } from '../iam.ts';
import type { Lake } from './data-lake.ts';
import type { Grantee, Role } from './role.ts';
import { SparkCluster } from './spark-cluster.ts';
import { SparkServerless } from './spark-serverless.ts';

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

/** What runs jobs, whichever kind the environment chose. */
export interface SparkEngine {
  /** The role jobs run as. */
  readonly jobRole: Role;
  /** An application's or a cluster's id. */
  readonly id: string;
  readonly submit: readonly Statement[];
}

export interface SparkAttributes {
  readonly kind: string;
  readonly id: string;
  readonly jobRoleArn: string;
  readonly runnerKey: string;
  readonly logPrefix: string;
}

export const sparkPrefixes = { runners: 'spark/runners/', jobs: 'spark/jobs/', logs: 'spark/logs/' } as const;

/** EMR as the environment's record says, the runner under a name made of its content, and what jobs may touch. */
export class Spark extends Construct {
  readonly attributes: SparkAttributes;
  private readonly engine: SparkEngine;

  constructor(scope: Construct, id: string, props: SparkProps) {
    super(scope, id);
    const { spark } = props.environment;
    this.engine =
      spark.kind === 'serverless'
        ? new SparkServerless(this, 'serverless', props, spark)
        : new SparkCluster(this, 'cluster', props, spark);
    props.lake.grantReadWrite(this.engine.jobRole, ['workspaces/', 'spark/']);
    const runner = new S3Object(this, 'runner', {
      bucket: props.lake.attributes.name,
      key: `${sparkPrefixes.runners}${props.runner.sha256}.py`,
      content: props.runner.source,
      contentType: 'text/x-python',
      serverSideEncryption: 'aws:kms',
      kmsKeyId: props.keyArn,
    });
    this.attributes = {
      kind: spark.kind,
      id: this.engine.id,
      jobRoleArn: this.engine.jobRole.arn,
      runnerKey: runner.key,
      logPrefix: sparkPrefixes.logs,
    };
  }

  grantSubmit(grantee: Grantee): void {
    grantee.allow(...this.engine.submit);
  }
}
