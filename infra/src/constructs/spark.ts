import { Construct, S3Object } from '../cdktf.ts';
import type { Environment } from '../environments.ts';
import { sparkPrefixes } from './data-lake.ts';
import type { Place } from './house-stack.ts';
import type { Grantee } from './role.ts';
import { SparkCluster } from './spark-cluster.ts';
import type { SparkEngine, SparkProps } from './spark-engine.ts';
import { SparkServerless } from './spark-serverless.ts';

export interface SparkAttributes {
  readonly kind: Environment['spark']['kind'];
  readonly id: string;
  readonly jobRoleArn: string;
  readonly runnerKey: string;
  readonly logPrefix: string;
}

/** EMR as the environment's record says, the runner under a name made of its content, and what jobs may touch. */
export class Spark extends Construct {
  readonly attributes: SparkAttributes;

  constructor(scope: Construct, id: string, props: SparkProps) {
    super(scope, id);
    const { spark } = props.environment;
    const engine: SparkEngine =
      spark.kind === 'serverless'
        ? new SparkServerless(this, 'serverless', props, spark)
        : new SparkCluster(this, 'cluster', props, spark);
    props.lake.grantReadWrite(engine.jobRole, ['workspaces/', 'spark/']);
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
      id: engine.id,
      jobRoleArn: engine.jobRole.arn,
      runnerKey: runner.key,
      logPrefix: sparkPrefixes.logs,
    };
  }
}

/** Lets a role start jobs on the engine, watch them and stop them, and nothing else of EMR. */
export function grantSubmit({ kind, id, jobRoleArn }: SparkAttributes, place: Place, grantee: Grantee): void {
  const { region, account } = place;
  if (kind === 'cluster') {
    grantee.allow({
      actions: [
        'elasticmapreduce:AddJobFlowSteps',
        'elasticmapreduce:CancelSteps',
        'elasticmapreduce:DescribeCluster',
        'elasticmapreduce:DescribeStep',
        'elasticmapreduce:ListSteps',
      ],
      resources: [`arn:aws:elasticmapreduce:${region}:${account}:cluster/${id}`],
    });
    return;
  }
  const application = `arn:aws:emr-serverless:${region}:${account}:/applications/${id}`;
  grantee.allow(
    { actions: ['emr-serverless:StartJobRun', 'emr-serverless:GetApplication'], resources: [application] },
    {
      actions: ['emr-serverless:GetJobRun', 'emr-serverless:CancelJobRun'],
      resources: [`${application}/jobruns/*`],
    },
    {
      actions: ['iam:PassRole'],
      resources: [jobRoleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'emr-serverless.amazonaws.com' } },
    },
  );
}
