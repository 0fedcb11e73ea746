import * as autoscaling from '@aws-sdk/client-application-auto-scaling';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as balancing from '@aws-sdk/client-elastic-load-balancing-v2';
import * as lambda from '@aws-sdk/client-lambda';
import * as ssm from '@aws-sdk/client-ssm';

/** Throttled calls are tried again with growing pauses; a release outlasts a busy minute of the account's API limits. */
const maxAttempts = 10;

/** Every AWS call the release tool makes, by its name. */
function createCalls(region: string) {
  const config = { region, maxAttempts };
  const on = {
    autoscaling: new autoscaling.ApplicationAutoScalingClient(config),
    cloudwatch: new cloudwatch.CloudWatchClient(config),
    logs: new logs.CloudWatchLogsClient(config),
    dynamodb: new dynamodb.DynamoDBClient(config),
    ecr: new ecr.ECRClient(config),
    ecs: new ecs.ECSClient(config),
    balancing: new balancing.ElasticLoadBalancingV2Client(config),
    lambda: new lambda.LambdaClient(config),
    ssm: new ssm.SSMClient(config),
  };
  const calls = {
    'application-autoscaling:DescribeScalableTargets': (
      input: autoscaling.DescribeScalableTargetsCommandInput,
    ) => on.autoscaling.send(new autoscaling.DescribeScalableTargetsCommand(input)),
    'application-autoscaling:RegisterScalableTarget': (
      input: autoscaling.RegisterScalableTargetCommandInput,
    ) => on.autoscaling.send(new autoscaling.RegisterScalableTargetCommand(input)),
    'cloudwatch:DescribeAlarms': (input: cloudwatch.DescribeAlarmsCommandInput) =>
      on.cloudwatch.send(new cloudwatch.DescribeAlarmsCommand(input)),
    'logs:FilterLogEvents': (input: logs.FilterLogEventsCommandInput) =>
      on.logs.send(new logs.FilterLogEventsCommand(input)),
    'dynamodb:DeleteItem': (input: dynamodb.DeleteItemCommandInput) =>
      on.dynamodb.send(new dynamodb.DeleteItemCommand(input)),
    'dynamodb:GetItem': (input: dynamodb.GetItemCommandInput) =>
      on.dynamodb.send(new dynamodb.GetItemCommand(input)),
    'dynamodb:PutItem': (input: dynamodb.PutItemCommandInput) =>
      on.dynamodb.send(new dynamodb.PutItemCommand(input)),
    'dynamodb:Query': (input: dynamodb.QueryCommandInput) =>
      on.dynamodb.send(new dynamodb.QueryCommand(input)),
    'dynamodb:UpdateItem': (input: dynamodb.UpdateItemCommandInput) =>
      on.dynamodb.send(new dynamodb.UpdateItemCommand(input)),
    'ecr:DescribeImages': (input: ecr.DescribeImagesCommandInput) =>
      on.ecr.send(new ecr.DescribeImagesCommand(input)),
    'ecr:DescribeImageScanFindings': (input: ecr.DescribeImageScanFindingsCommandInput) =>
      on.ecr.send(new ecr.DescribeImageScanFindingsCommand(input)),
    'ecr:DescribeRepositories': (input: ecr.DescribeRepositoriesCommandInput) =>
      on.ecr.send(new ecr.DescribeRepositoriesCommand(input)),
    'ecr:GetAuthorizationToken': (input: ecr.GetAuthorizationTokenCommandInput) =>
      on.ecr.send(new ecr.GetAuthorizationTokenCommand(input)),
    'ecs:DescribeServices': (input: ecs.DescribeServicesCommandInput) =>
      on.ecs.send(new ecs.DescribeServicesCommand(input)),
    'ecs:DescribeTaskDefinition': (input: ecs.DescribeTaskDefinitionCommandInput) =>
      on.ecs.send(new ecs.DescribeTaskDefinitionCommand(input)),
    'ecs:DescribeTasks': (input: ecs.DescribeTasksCommandInput) =>
      on.ecs.send(new ecs.DescribeTasksCommand(input)),
    'ecs:RegisterTaskDefinition': (input: ecs.RegisterTaskDefinitionCommandInput) =>
      on.ecs.send(new ecs.RegisterTaskDefinitionCommand(input)),
    'ecs:RunTask': (input: ecs.RunTaskCommandInput) => on.ecs.send(new ecs.RunTaskCommand(input)),
    'ecs:UpdateService': (input: ecs.UpdateServiceCommandInput) =>
      on.ecs.send(new ecs.UpdateServiceCommand(input)),
    'elbv2:DescribeListeners': (input: balancing.DescribeListenersCommandInput) =>
      on.balancing.send(new balancing.DescribeListenersCommand(input)),
    'elbv2:DescribeLoadBalancers': (input: balancing.DescribeLoadBalancersCommandInput) =>
      on.balancing.send(new balancing.DescribeLoadBalancersCommand(input)),
    'elbv2:DescribeRules': (input: balancing.DescribeRulesCommandInput) =>
      on.balancing.send(new balancing.DescribeRulesCommand(input)),
    'elbv2:DescribeTargetGroups': (input: balancing.DescribeTargetGroupsCommandInput) =>
      on.balancing.send(new balancing.DescribeTargetGroupsCommand(input)),
    'elbv2:DescribeTargetHealth': (input: balancing.DescribeTargetHealthCommandInput) =>
      on.balancing.send(new balancing.DescribeTargetHealthCommand(input)),
    'elbv2:ModifyRule': (input: balancing.ModifyRuleCommandInput) =>
      on.balancing.send(new balancing.ModifyRuleCommand(input)),
    'lambda:GetFunction': (input: lambda.GetFunctionCommandInput) =>
      on.lambda.send(new lambda.GetFunctionCommand(input)),
    'lambda:UpdateFunctionCode': (input: lambda.UpdateFunctionCodeCommandInput) =>
      on.lambda.send(new lambda.UpdateFunctionCodeCommand(input)),
    'ssm:GetParameters': (input: ssm.GetParametersCommandInput) =>
      on.ssm.send(new ssm.GetParametersCommand(input)),
    'ssm:PutParameter': (input: ssm.PutParameterCommandInput) =>
      on.ssm.send(new ssm.PutParameterCommand(input)),
  };
  return {
    calls,
    close: () => {
      for (const client of Object.values(on)) client.destroy();
    },
  };
}

type Calls = ReturnType<typeof createCalls>['calls'];
export type Api = keyof Calls;
export type InputOf<A extends Api> = Parameters<Calls[A]>[0];
type WithoutMetadata<T> = Omit<T, '$metadata'>;
export type OutputOf<A extends Api> = WithoutMetadata<Awaited<ReturnType<Calls[A]>>>;

/** Makes one AWS call. */
export type Aws = <A extends Api>(api: A, input: InputOf<A>) => Promise<OutputOf<A>>;

/** Clients of one region; endpoints and credentials are found by the SDK in the environment. */
export function createAws(region: string): { readonly aws: Aws; readonly close: () => void } {
  const { calls, close } = createCalls(region);
  const aws: Aws = async (api, input) => {
    // An API and its input share their name, which TypeScript cannot follow through the record.
    const call = calls[api] as unknown as (given: typeof input) => Promise<OutputOf<typeof api>>;
    try {
      return await call(input);
    } catch (error) {
      // The SDK's errors do not say of what call they are, and are told apart by their class: it stays.
      if (error instanceof Error) error.message = `${api}: ${error.message}`;
      throw error;
    }
  };
  return { aws, close };
}
