import {
  AppautoscalingPolicy,
  AppautoscalingTarget,
  CloudwatchMetricAlarm,
  DbInstance,
  DynamodbTable,
  EcsService,
  IamRolePolicy,
  KmsKey,
  LambdaFunction,
  LbListenerRule,
  Route53HealthCheck,
  S3BucketPublicAccessBlock,
  S3BucketVersioningA,
  SnsTopic,
  SnsTopicSubscription,
  SqsQueue,
  SqsQueueRedriveAllowPolicy,
  SqsQueueRedrivePolicy,
  SsmParameter,
  Subnet,
  Testing,
  VpcEndpoint,
} from '../cdktf.ts';
import { environments } from '../environments.ts';
import { listOf, type Json } from '../policies/resource.ts';
import '../testing/matchers.ts';
import { synthesized, type SynthesizedStack } from '../testing/synthesized.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { DataLake, Lake } from './data-lake.ts';
import { EncryptionKey } from './encryption-key.ts';
import { HealthChecks } from './health-checks.ts';
import { HouseStack } from './house-stack.ts';
import { HouseFunction } from './house-function.ts';
import { MysqlDatabase } from './mysql-database.ts';
import { Network } from './network.ts';
import { QueueWithDeadLetters } from './queue-with-dead-letters.ts';
import { Role } from './role.ts';
import { Table } from './table.ts';

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/k';
const { staging, production } = environments;

/** The JSON of a stack that holds what `make` put into it. */
function built(make: (stack: HouseStack) => void): string {
  const app = Testing.app();
  const stack = new HouseStack(app, 'it', {
    account: '111111111111',
    region: 'eu-west-1',
    environment: 'staging',
  });
  make(stack);
  return Testing.synth(stack);
}

test('a queue hands over to its dead letters after five tries, and only it may fill them', () => {
  const json = built(
    (stack) => new QueueWithDeadLetters(stack, 'q', { name: 'imports', visibilitySeconds: 120 }),
  );
  expect(json).toHaveResourceWithProperties(SqsQueue, {
    name: 'imports',
    sqs_managed_sse_enabled: true,
    visibility_timeout_seconds: 120,
    receive_wait_time_seconds: 20,
  });
  expect(json).toHaveResourceWithProperties(SqsQueue, {
    name: 'imports-dead-letters',
    message_retention_seconds: 1_209_600,
  });
  expect(json).toHaveResourceWithProperties(SqsQueueRedrivePolicy, {
    redrive_policy: expect.stringMatching(/dead-letters.*"maxReceiveCount":5/),
  });
  expect(json).toHaveResourceWithProperties(SqsQueueRedriveAllowPolicy, {
    redrive_allow_policy: expect.stringContaining('"redrivePermission":"byQueue"'),
  });
});

test('the lake is closed, versioned, and kept where real data is', () => {
  const lake = (preventDestroy: boolean) =>
    built(
      (stack) =>
        new DataLake(stack, 'lake', {
          name: 'lake',
          keyArn,
          logsBucket: 'logs',
          dashboardOrigin: 'https://app.x',
          preventDestroy,
        }),
    );
  expect(lake(true)).toHaveResourceWithProperties(S3BucketPublicAccessBlock, {
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(lake(true)).toHaveResourceWithProperties(S3BucketVersioningA, {
    versioning_configuration: { status: 'Enabled' },
  });
  expect(lake(true)).toContain('"prevent_destroy": true');
  expect(lake(false)).not.toContain('prevent_destroy');
});

test('reading a prefix of the lake is granted on that prefix and nothing else', () => {
  const json = built((stack) => {
    const role = new Role(stack, 'role', {
      name: 'r',
      account: '1',
      description: 'd',
      services: ['ecs-tasks.amazonaws.com'],
    });
    new Lake({ name: 'lake', arn: 'arn:aws:s3:::lake', keyArn }).grantRead(role, ['serving/']);
  });
  const [policy] = Object.values(
    (JSON.parse(json) as { resource: { aws_iam_role_policy: Record<string, { policy: string }> } }).resource
      .aws_iam_role_policy,
  );
  expect((JSON.parse(policy?.policy ?? '{}') as { Statement: Json }).Statement).toEqual([
    { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::lake/serving/*'] },
    {
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource: ['arn:aws:s3:::lake'],
      Condition: { StringLike: { 's3:prefix': ['serving/*'] } },
    },
    { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: [keyArn] },
  ]);
});

test('a role that was granted nothing has no policy', () => {
  const json = built(
    (stack) =>
      new Role(stack, 'role', { name: 'r', account: '1', description: 'd', services: ['x.amazonaws.com'] }),
  );
  expect(json).not.toHaveResource(IamRolePolicy);
});

test('a table is on demand, recoverable, and protected where real data is', () => {
  const json = built(
    (stack) =>
      new Table(stack, 't', {
        name: 't',
        keyArn,
        partitionKey: 'id',
        ttlAttribute: 'expiresAt',
        holdsRealData: true,
        indexes: [{ name: 'by-x', partitionKey: 'x', sortKey: 'at' }],
      }),
  );
  expect(json).toHaveResourceWithProperties(DynamodbTable, {
    billing_mode: 'PAY_PER_REQUEST',
    deletion_protection_enabled: true,
    point_in_time_recovery: { enabled: true },
    ttl: { enabled: true, attribute_name: 'expiresAt' },
    attribute: ['id', 'x', 'at'].map((name) => ({ name, type: 'S' })),
  });
});

test.each([
  [staging, { multi_az: false, deletion_protection: false }],
  [production, { multi_az: true, deletion_protection: true, backup_retention_period: 30 }],
])('MySQL of $name is as safe as its data is worth', (environment, expected) => {
  const json = built(
    (stack) => new MysqlDatabase(stack, 'db', { environment, vpcId: 'v', subnetIds: ['a', 'b'], keyArn }),
  );
  expect(json).toHaveResourceWithProperties(DbInstance, {
    engine: 'mysql',
    engine_version: '8.4',
    publicly_accessible: false,
    manage_master_user_password: true,
    storage_encrypted: true,
    ...expected,
  });
});

test('a network has three zones, no public addresses by default, and endpoints for what is called all the time', () => {
  const json = built((stack) => new Network(stack, 'n', { environment: staging, keyArn }));
  expect(json).toHaveResourceWithProperties(Subnet, {
    cidr_block: '10.40.0.0/18',
    map_public_ip_on_launch: false,
  });
  for (const service of ['s3', 'dynamodb', 'ecr.api', 'ecr.dkr', 'sqs', 'logs'])
    expect(json).toHaveResourceWithProperties(VpcEndpoint, {
      service_name: `com.amazonaws.eu-west-1.${service}`,
    });
});

test('a key turns over each year', () => {
  const json = built(
    (stack) =>
      new EncryptionKey(stack, 'k', {
        alias: 'a',
        description: 'd',
        account: '1',
        region: 'eu-west-1',
        preventDestroy: false,
      }),
  );
  expect(json).toHaveResourceWithProperties(KmsKey, {
    enable_key_rotation: true,
    deletion_window_in_days: 30,
  });
});

test('alarms reach everybody who is named', () => {
  const json = built(
    (stack) =>
      new AlarmTopic(stack, 't', {
        name: 't',
        account: '1',
        region: 'eu-west-1',
        keyArn,
        emails: ['a@x.y', 'b@x.y'],
      }),
  );
  for (const endpoint of ['a@x.y', 'b@x.y'])
    expect(json).toHaveResourceWithProperties(SnsTopicSubscription, { protocol: 'email', endpoint });
});

test('people are told of what does not answer from outside, where Route 53 reports it', () => {
  const region = 'us-east-1';
  const json = built(
    (stack) =>
      new HealthChecks(stack, 'h', {
        environment: staging,
        checks: { api: { domain: 'api.foretell.example', path: '/healthz' } },
      }),
  );
  expect(json).toHaveResourceWithProperties(Route53HealthCheck, {
    fqdn: 'api.foretell.example',
    resource_path: '/healthz',
  });
  expect(json).toHaveResourceWithProperties(CloudwatchMetricAlarm, {
    region,
    alarm_name: 'foretell-staging-api-unreachable',
    treat_missing_data: 'breaching',
  });
  for (const kind of [SnsTopic, SnsTopicSubscription, KmsKey])
    expect(json).toHaveResourceWithProperties(kind, { region });
});

test('a function keeps its concurrency, its dead letters and its log; a release may move its image', () => {
  const json = built(
    (stack) =>
      new HouseFunction(stack, 'f', {
        name: 'f',
        description: 'd',
        environment: staging,
        keyArn,
        alarmTopicArn: 'arn:t',
        code: { imageUri: 'repo@sha256:x' },
        memoryMb: 512,
        timeoutSeconds: 30,
        reservedConcurrency: 5,
        variables: {},
      }),
  );
  expect(json).toHaveResourceWithProperties(LambdaFunction, {
    package_type: 'Image',
    reserved_concurrent_executions: 5,
    lifecycle: { ignore_changes: ['image_uri'] },
  });
});

const compute = synthesized().find(({ name }) => name === 'compute-production')!;
const text = ({ json }: SynthesizedStack) => JSON.stringify(json);

test('blue and green start with no tasks, and a plan never looks at what releases move', () => {
  for (const name of ['backend-blue', 'backend-green', 'prediction-api-blue', 'workers-green'])
    expect(text(compute)).toHaveResourceWithProperties(EcsService, {
      name,
      desired_count: 0,
      deployment_circuit_breaker: { enable: true, rollback: true },
      lifecycle: { ignore_changes: ['task_definition', 'desired_count'] },
    });
  expect(text(compute)).toHaveResourceWithProperties(AppautoscalingTarget, {
    min_capacity: 0,
    lifecycle: { ignore_changes: ['min_capacity'] },
  });
  expect(text(compute)).toHaveResourceWithProperties(LbListenerRule, {
    priority: 110,
    lifecycle: { ignore_changes: ['action'] },
  });
  for (const name of ['/foretell/production/backend/bake', '/foretell/production/workers/active-colour'])
    expect(text(compute)).toHaveResourceWithProperties(SsmParameter, {
      name,
      lifecycle: { ignore_changes: ['value'] },
    });
});

test('all traffic starts on blue', () => {
  const weighted = compute.resources.filter(
    ({ type, values }) => type === 'aws_lb_listener_rule' && values['priority'] === 110,
  );
  expect(weighted).toHaveLength(2);
  for (const { values } of weighted) {
    const weights = [
      ...JSON.stringify(listOf(values['action'])).matchAll(
        /"arn":"[^"]*targets-(\w+)_[^"]*","weight":(\d+)/g,
      ),
    ];
    expect(weights.map(([, colour, weight]) => [colour, weight])).toEqual([
      ['blue', '100'],
      ['green', '0'],
    ]);
  }
});

test('who knows a colour only reaches no standby: its test rule wants what no plan and no page shows', () => {
  const tests = compute.resources.filter(
    ({ type, values }) =>
      type === 'aws_lb_listener_rule' && JSON.stringify(values['condition']).includes('x-foretell-colour'),
  );
  expect(tests).toHaveLength(4);
  for (const { values } of tests)
    expect(JSON.stringify(values['condition'])).toMatch(
      /"values":\["(blue|green)-\$\{aws_ssm_parameter\.[\w-]+_test-door_\w+\.value\}"\]/,
    );
  expect(text(compute)).toHaveResourceWithProperties(SsmParameter, {
    name: '/foretell/production/backend/test-door',
    value: '${uuid()}',
    lifecycle: { ignore_changes: ['value'] },
  });
});

test('HTTP services scale on requests and CPU, workers on backlog and age', () => {
  for (const name of [
    /backend.*blue.*-ALBRequestCountPerTarget$/,
    /prediction-api.*green.*-ECSServiceAverageCPUUtilization$/,
    /workers.*blue.*-backlog-per-task$/,
    /workers.*green.*-oldest-message$/,
  ])
    expect(text(compute)).toHaveResourceWithProperties(AppautoscalingPolicy, {
      name: expect.stringMatching(name),
    });
});

test('the guard may modify the weighted rules and the bake parameters, and nothing else of them', () => {
  const policies = compute.resources.filter(
    ({ type, address }) => type === 'aws_iam_role_policy' && address.includes('guard'),
  );
  expect(policies).toHaveLength(1);
  const statements = (
    JSON.parse(JSON.stringify(JSON.parse(policies[0]!.values['policy'] as string))) as {
      Statement: { Action: string[]; Resource: string[] }[];
    }
  ).Statement;
  const modify = statements.find(({ Action }) => Action.includes('elasticloadbalancing:ModifyRule'));
  expect(modify?.Resource).toHaveLength(2);
  expect(modify?.Resource.every((arn) => arn.includes('weighted'))).toBe(true);
});
