import { queueNames } from '@foretell/core/contracts/messages';
import type { EnvironmentName } from './environments.ts';
import { documentIn, listOf, statementsOf, textOf } from './policies/resource.ts';
import {
  clusterSpark,
  onBeanstalk,
  synthesized,
  withEach,
  type SynthesizedStack,
} from './testing/synthesized.ts';

const stacks = synthesized();
const typesIn = (all: readonly SynthesizedStack[], environment: EnvironmentName) =>
  new Set(
    all
      .filter((stack) => stack.environment === environment || stack.environment === null)
      .flatMap(({ resources }) => resources.map(({ type }) => type)),
  );

/** By service: what an environment must have of it. */
const services: Readonly<Record<string, readonly string[]>> = {
  S3: ['aws_s3_bucket', 'aws_s3_bucket_public_access_block', 'aws_s3_bucket_lifecycle_configuration'],
  Redshift: [
    'aws_redshiftserverless_namespace',
    'aws_redshiftserverless_workgroup',
    'aws_redshiftserverless_usage_limit',
  ],
  DynamoDB: ['aws_dynamodb_table'],
  'RDS MySQL': ['aws_db_instance', 'aws_db_parameter_group', 'aws_db_subnet_group'],
  'Elastic Beanstalk': ['aws_elastic_beanstalk_application'],
  'API Gateway': [
    'aws_api_gateway_rest_api',
    'aws_api_gateway_stage',
    'aws_api_gateway_usage_plan',
    'aws_apigatewayv2_vpc_link',
  ],
  ECR: ['aws_ecr_repository', 'aws_ecr_lifecycle_policy'],
  ECS: [
    'aws_ecs_cluster',
    'aws_ecs_service',
    'aws_ecs_task_definition',
    'aws_appautoscaling_target',
    'aws_appautoscaling_policy',
    'aws_lb_listener_rule',
  ],
  SQS: ['aws_sqs_queue', 'aws_sqs_queue_redrive_policy', 'aws_sqs_queue_redrive_allow_policy'],
  Lambda: ['aws_lambda_function', 'aws_lambda_function_event_invoke_config'],
  EMR: ['aws_emrserverless_application'],
  'Route 53': ['aws_route53_zone', 'aws_route53_record', 'aws_route53_health_check'],
};

test.each(
  (['staging', 'production'] as const).flatMap((environment) =>
    Object.entries(services).map(([service, types]) => [environment, service, types] as const),
  ),
)('%s has everything of %s', (environment, _, types) => {
  const found = typesIn(stacks, environment);
  expect(types.filter((type) => !found.has(type))).toEqual([]);
});

test.each(stacks.map((stack) => [stack.name, stack] as const))('%s holds what it held', (_, stack) => {
  expect({
    resources: stack.resources.map(({ address }) => address).sort(),
    outputs: Object.keys(stack.json.output ?? {}).sort(),
  }).toMatchSnapshot();
});

test('two syntheses are the same, byte for byte', () => {
  const text = (all: readonly SynthesizedStack[]) =>
    JSON.stringify(all.map(({ name, json }) => [name, json]));
  expect(text(synthesized())).toBe(text(stacks));
});

test('states of all stacks lie apart, in one bucket of the account, locked', () => {
  const backends = stacks.map(({ json }) => json.terraform.backend.s3);
  expect(new Set(backends.map((backend) => backend['key'])).size).toBe(stacks.length);
  for (const backend of backends)
    expect(backend).toMatchObject({ bucket: 'foretell-terraform-state-111111111111', use_lockfile: true });
});

test('the spark engine is the one that the record names', () => {
  const clusters = synthesized(withEach((environment) => ({ ...environment, spark: clusterSpark })));
  expect(typesIn(clusters, 'production')).toContain('aws_emr_cluster');
  expect(typesIn(clusters, 'production')).toContain('aws_emr_managed_scaling_policy');
  expect(typesIn(clusters, 'production')).not.toContain('aws_emrserverless_application');
  expect(typesIn(stacks, 'production')).not.toContain('aws_emr_cluster');
});

test('a service runs on ECS or on Beanstalk, as one line says', () => {
  const moved = synthesized(withEach(onBeanstalk));
  const namesOf = (all: readonly SynthesizedStack[], type: string, key: string) =>
    all
      .filter(({ environment }) => environment === 'staging')
      .flatMap(({ resources }) => resources.filter((r) => r.type === type).map(({ values }) => values[key]));
  expect(namesOf(stacks, 'aws_elastic_beanstalk_environment', 'name')).toEqual([]);
  expect(namesOf(stacks, 'aws_ecs_service', 'name')).toHaveLength(6);
  expect(namesOf(moved, 'aws_ecs_service', 'name')).toEqual(['prediction-api-blue', 'prediction-api-green']);
  expect(namesOf(moved, 'aws_elastic_beanstalk_environment', 'name')).toEqual([
    'ft-stg-backend',
    ...[...queueNames].sort().map((queue) => `ft-stg-workers-${queue}`),
  ]);
  expect(namesOf(moved, 'aws_elastic_beanstalk_environment', 'tier').slice(0, 2)).toEqual([
    'WebServer',
    'Worker',
  ]);
});

test('environments of two accounts have a foundation each, and know nothing of the other', () => {
  const apart = synthesized(
    withEach((environment) => ({
      ...environment,
      account: environment.name === 'staging' ? '222222222222' : '111111111111',
    })),
  );
  expect(apart.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['foundation-staging', 'foundation-production']),
  );
  const staging = apart.filter(({ name }) => name.endsWith('-staging'));
  expect(JSON.stringify(staging.map(({ json }) => json))).not.toContain('111111111111');
});

test('the credentials of connections are read by the workers alone, those that are tried by the backend', () => {
  const readers = stacks
    .flatMap(({ resources }) => resources)
    .filter(({ type }) => type === 'aws_iam_role_policy')
    .flatMap(({ address, values }) => {
      const allowed = statementsOf(documentIn(values['policy']) ?? {}).filter((statement) =>
        listOf(statement['Action']).includes('secretsmanager:GetSecretValue'),
      );
      const named = allowed.flatMap((statement) => listOf(statement['Resource']).map(textOf));
      return named.map((resource) => `${/backend|workers/.exec(address)?.[0]} ${resource.split(':').at(-1)}`);
    })
    .filter((reader) => /\/(?:connections|tries)\//.test(reader));
  expect(readers.sort()).toEqual([
    'backend foretell-production/tries/*',
    'backend foretell-staging/tries/*',
    'workers foretell-production/connections/*',
    'workers foretell-staging/connections/*',
  ]);
});

test('the workers delete in the lake what is a workspace’s or on its way, and read what is served, but never write that', () => {
  const granted = (action: string) => {
    const keys = stacks
      .filter(({ name }) => name.endsWith('-staging'))
      .flatMap(({ resources }) => resources)
      .filter(({ type, address }) => type === 'aws_iam_role_policy' && address.includes('workers'))
      .flatMap(({ values }) => statementsOf(documentIn(values['policy']) ?? {}))
      .filter((statement) => listOf(statement['Action']).includes(action))
      .flatMap((statement) => listOf(statement['Resource']).map(textOf))
      .map((resource) => resource.slice(resource.indexOf('/') + 1));
    return [...new Set(keys)].sort();
  };
  expect(granted('s3:DeleteObject')).toEqual(['spark/jobs/*', 'staging/*', 'workspaces/*']);
  expect(granted('s3:PutObject')).toEqual(['spark/jobs/*', 'staging/*', 'workspaces/*']);
  expect(granted('s3:GetObject')).toContain('serving/*');
});

test('a statement of Redshift is followed and cancelled by its role in any session, and by no other role', () => {
  const owners = stacks
    .flatMap(({ resources }) => resources)
    .filter(({ type }) => type === 'aws_iam_role_policy')
    .flatMap(({ values }) => {
      const role = textOf(values['role']).replace('.name}', '.unique_id}:*');
      return statementsOf(documentIn(values['policy']) ?? {})
        .filter((statement) => listOf(statement['Action']).includes('redshift-data:CancelStatement'))
        .map((statement) => ({ role, condition: statement['Condition'] }));
    });
  expect(owners).toHaveLength(4);
  for (const { role, condition } of owners)
    expect(condition).toEqual({ StringLike: { 'redshift-data:statement-owner-iam-userid': role } });
});

test('names that AWS keeps short are short', () => {
  const longest: Readonly<Record<string, number>> = {
    aws_lb_target_group: 32,
    aws_lb: 32,
    aws_elastic_beanstalk_environment: 40,
    aws_iam_role: 64,
  };
  for (const { resources } of [...stacks, ...synthesized(withEach(onBeanstalk))])
    for (const { type, values, address } of resources) {
      const limit = longest[type];
      if (limit !== undefined)
        expect([address, textOf(values['name']).length <= limit]).toEqual([address, true]);
    }
});
