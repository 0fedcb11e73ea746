import { Construct, S3Object } from '../cdktf.ts';
import type { Environment } from '../environments.ts';
import { sparkPrefixes } from './data-lake.ts';
import type { Statement } from '../iam.ts';
import type { Grantee } from './role.ts';
import { SparkCluster } from './spark-cluster.ts';
import type { EngineAttributes, SparkEngine, SparkProps } from './spark-engine.ts';
import { SparkServerless } from './spark-serverless.ts';
import { SparkTransient, tagsOfRuns } from './spark-transient.ts';

export type SparkAttributes = EngineAttributes & {
  readonly jobRoleArn: string;
  readonly runnerKey: string;
};

/** EMR as the environment's record says, the runner under a name made of its content, and what jobs may touch. */
export class Spark extends Construct {
  readonly attributes: SparkAttributes;

  constructor(scope: Construct, id: string, props: SparkProps) {
    super(scope, id);
    const engine = this.engine(props);
    props.lake.grantReadWrite(engine.jobRole, ['workspaces/', 'spark/']);
    const runner = new S3Object(this, 'runner', {
      bucket: props.lake.attributes.name,
      key: `${sparkPrefixes.runners}${props.runner.sha256}.py`,
      content: props.runner.source,
      contentType: 'text/x-python',
      serverSideEncryption: 'aws:kms',
      kmsKeyId: props.keyArn,
    });
    this.attributes = { ...engine.attributes, jobRoleArn: engine.jobRole.arn, runnerKey: runner.key };
  }

  private engine(props: SparkProps): SparkEngine {
    const { spark } = props.environment;
    switch (spark.kind) {
      case 'serverless':
        return new SparkServerless(this, 'serverless', props, spark);
      case 'cluster':
        return new SparkCluster(this, 'cluster', props, spark);
      case 'transient':
        return new SparkTransient(this, 'transient', props);
    }
  }
}

const toServerless = (id: string, jobRoleArn: string, { region, account }: Environment): Statement[] => {
  const application = `arn:aws:emr-serverless:${region}:${account}:/applications/${id}`;
  return [
    { actions: ['emr-serverless:StartJobRun', 'emr-serverless:GetApplication'], resources: [application] },
    {
      actions: ['emr-serverless:GetJobRun', 'emr-serverless:CancelJobRun'],
      resources: [`${application}/jobruns/*`],
    },
    passRole(jobRoleArn, 'emr-serverless.amazonaws.com'),
  ];
};

const toCluster = (id: string, { region, account }: Environment): Statement => ({
  actions: [
    'elasticmapreduce:AddJobFlowSteps',
    'elasticmapreduce:CancelSteps',
    'elasticmapreduce:DescribeCluster',
    'elasticmapreduce:DescribeStep',
    'elasticmapreduce:ListSteps',
  ],
  resources: [`arn:aws:elasticmapreduce:${region}:${account}:cluster/${id}`],
});

/** EMR names no resource for starting and listing clusters: tags hold the starting to this environment. */
const toClustersOfRuns = (
  serviceRoleArn: string,
  jobRoleArn: string,
  environment: Environment,
): Statement[] => {
  const { region, account } = environment;
  const clusters = [`arn:aws:elasticmapreduce:${region}:${account}:cluster/*`];
  const tags = Object.entries(tagsOfRuns(environment));
  const asked = Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value]));
  const tagged = Object.fromEntries(tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
  return [
    { actions: ['elasticmapreduce:RunJobFlow'], resources: ['*'], conditions: { StringEquals: asked } },
    { actions: ['elasticmapreduce:AddTags'], resources: clusters, conditions: { StringEquals: asked } },
    { actions: ['elasticmapreduce:ListClusters'], resources: ['*'] },
    {
      actions: [
        'elasticmapreduce:DescribeCluster',
        'elasticmapreduce:ListSteps',
        'elasticmapreduce:TerminateJobFlows',
      ],
      resources: clusters,
      conditions: { StringEquals: tagged },
    },
    passRole(serviceRoleArn, 'elasticmapreduce.amazonaws.com'),
    passRole(jobRoleArn, 'ec2.amazonaws.com'),
  ];
};

const passRole = (roleArn: string, service: string): Statement => ({
  actions: ['iam:PassRole'],
  resources: [roleArn],
  conditions: { StringEquals: { 'iam:PassedToService': service } },
});

/** Lets a role start jobs on the engine, watch them and stop them, and nothing else of EMR. */
export function grantSubmit(spark: SparkAttributes, environment: Environment, grantee: Grantee): void {
  switch (spark.kind) {
    case 'serverless':
      grantee.allow(...toServerless(spark.applicationId, spark.jobRoleArn, environment));
      return;
    case 'cluster':
      grantee.allow(toCluster(spark.clusterId, environment));
      return;
    case 'transient':
      grantee.allow(...toClustersOfRuns(spark.serviceRoleArn, spark.jobRoleArn, environment));
  }
}
