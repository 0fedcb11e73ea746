import { clusterSpark, onBeanstalk, synthesized, transientSpark, withEach } from '../testing/synthesized.ts';
import { everywherePolicies, planPolicies, realDataPolicies, synthesizedRealDataPolicies } from './all.ts';
import { unreleased } from '../environments.ts';
import { missingTags } from './operations.ts';
import type { JsonObject, Policy, Resource } from './resource.ts';

const variants = {
  'as it is': synthesized(),
  'on a cluster': synthesized(withEach((environment) => ({ ...environment, spark: clusterSpark }))),
  'on transient clusters': synthesized(
    withEach((environment) => ({ ...environment, spark: transientSpark })),
  ),
  'on Beanstalk': synthesized(withEach(onBeanstalk)),
};
const stacks = Object.entries(variants).flatMap(([variant, all]) =>
  all.map((stack) => [stack.name, variant, stack] as const),
);
const every: readonly Policy[] = [
  ...everywherePolicies,
  ...realDataPolicies,
  ...synthesizedRealDataPolicies,
  ...planPolicies,
];

test.each(stacks)('%s, %s, keeps every policy', (_, __, stack) => {
  const guarded = stack.environment !== 'staging';
  const policies = guarded
    ? [...everywherePolicies, ...realDataPolicies, ...synthesizedRealDataPolicies]
    : everywherePolicies;
  // Keys of staging stand in the shared stack and hold nothing that cannot be lost.
  const resources = stack.resources.filter(({ address }) => !address.startsWith('aws_kms_key.key-staging'));
  expect(policies.flatMap((policy) => policy.check(resources))).toEqual([]);
  expect(stack.json.provider.aws.flatMap(missingTags)).toEqual([]);
  expect(stack.json.terraform.backend.s3).toMatchObject({ encrypt: true, use_lockfile: true });
});

const one = (type: string, values: JsonObject): readonly Resource[] => [
  { address: `${type}.it`, type, values },
];
const statement = (values: JsonObject) => JSON.stringify({ Version: '2012-10-17', Statement: [values] });
const allow = (Action: string | string[], Resource: string | string[]) =>
  statement({ Effect: 'Allow', Action, Resource });
const container = (values: JsonObject) => ({ container_definitions: JSON.stringify([values]) });
const image = `repo@sha256:${'a'.repeat(64)}`;

const failing: [policy: string, what: string, resources: readonly Resource[], problem: RegExp][] = [
  ['encryption', 'a table without encryption', one('aws_dynamodb_table', {}), /not encrypted/],
  [
    'encryption',
    'a database on a plain disk',
    one('aws_db_instance', { storage_encrypted: false, kms_key_id: 'k' }),
    /not encrypted/,
  ],
  [
    'encryption',
    'a queue in the clear',
    one('aws_sqs_queue', { sqs_managed_sse_enabled: false }),
    /not encrypted/,
  ],
  [
    'encryption',
    'logs without a key',
    one('aws_cloudwatch_log_group', { retention_in_days: 1 }),
    /not encrypted/,
  ],
  ['encryption', 'a cluster with no security configuration', one('aws_emr_cluster', {}), /not encrypted/],
  [
    'encryption',
    'a bucket without its own encryption',
    one('aws_s3_bucket', { bucket: 'b' }),
    /no encryption of its own/,
  ],
  [
    'public access',
    'a bucket that is not closed',
    one('aws_s3_bucket', { bucket: 'b' }),
    /not closed to the public/,
  ],
  [
    'public access',
    'SSH from everywhere',
    one('aws_vpc_security_group_ingress_rule', { cidr_ipv4: '0.0.0.0/0', from_port: 22, to_port: 22 }),
    /ports 22 to 22 are open to everybody/,
  ],
  [
    'public access',
    'MySQL from everywhere over IPv6',
    one('aws_vpc_security_group_ingress_rule', { cidr_ipv6: '::/0', from_port: 3306, to_port: 3306 }),
    /ports 3306/,
  ],
  [
    'public access',
    'an open port in a group itself',
    one('aws_security_group', { ingress: [{ cidr_blocks: ['0.0.0.0/0'], from_port: 0, to_port: 65535 }] }),
    /ports 0 to 65535/,
  ],
  [
    'public access',
    'a database with a public address',
    one('aws_db_instance', { publicly_accessible: true }),
    /public address/,
  ],
  [
    'public access',
    'tasks with public addresses',
    one('aws_ecs_service', { network_configuration: { assign_public_ip: true } }),
    /public addresses/,
  ],
  [
    'public access',
    'a subnet that hands out addresses',
    one('aws_subnet', { map_public_ip_on_launch: true }),
    /public addresses/,
  ],
  [
    'public access',
    'a queue policy for anybody',
    one('aws_sqs_queue_policy', {
      policy: statement({ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: 'q' }),
    }),
    /lets everybody in/,
  ],
  [
    'public access',
    'a bucket policy for any AWS account',
    one('aws_s3_bucket_policy', {
      policy: statement({
        Effect: 'Allow',
        Principal: { AWS: ['*'] },
        Action: 's3:GetObject',
        Resource: 'b',
      }),
    }),
    /lets everybody in/,
  ],
  [
    'IAM',
    'every action of a service',
    one('aws_iam_role_policy', { policy: allow('s3:*', 'arn:aws:s3:::b') }),
    /every action \(s3:\*\)/,
  ],
  [
    'IAM',
    'every action of all',
    one('aws_iam_role_policy', { policy: allow('*', 'arn:x') }),
    /every action \(\*\)/,
  ],
  [
    'IAM',
    'data on every resource',
    one('aws_iam_role_policy', { policy: allow(['dynamodb:GetItem'], ['*']) }),
    /dynamodb:GetItem on every resource/,
  ],
  [
    'IAM',
    'starting clusters of any kind',
    one('aws_iam_role_policy', { policy: allow('elasticmapreduce:RunJobFlow', '*') }),
    /elasticmapreduce:RunJobFlow on every resource/,
  ],
  [
    'IAM',
    'everything but a list',
    one('aws_iam_role_policy', {
      policy: statement({ Effect: 'Allow', NotAction: 'iam:*', Resource: 'arn:x' }),
    }),
    /NotAction/,
  ],
  [
    'IAM',
    'a managed policy that is not on the list',
    one('aws_iam_role_policy_attachment', { policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    /AdministratorAccess/,
  ],
  [
    'TLS',
    'a listener without TLS',
    one('aws_lb_listener', { protocol: 'HTTP', default_action: [{ type: 'forward' }] }),
    /without TLS/,
  ],
  [
    'TLS',
    'a listener that takes an old TLS',
    one('aws_lb_listener', { protocol: 'HTTPS', ssl_policy: 'ELBSecurityPolicy-2016-08' }),
    /old TLS/,
  ],
  [
    'TLS',
    'MySQL that does not demand it',
    one('aws_db_parameter_group', { parameter: [{ name: 'require_secure_transport', value: 'OFF' }] }),
    /does not demand TLS/,
  ],
  [
    'TLS',
    'Redshift that does not demand it',
    one('aws_redshiftserverless_workgroup', {}),
    /does not demand TLS/,
  ],
  ['TLS', 'a bucket that takes plain HTTP', one('aws_s3_bucket', { bucket: 'b' }), /takes plain HTTP/],
  ['TLS', 'a queue that takes plain HTTP', one('aws_sqs_queue', {}), /no policy that refuses plain HTTP/],
  [
    'TLS',
    'a domain that takes an old TLS',
    one('aws_api_gateway_domain_name', { security_policy: 'TLS_1_0' }),
    /old TLS/,
  ],
  [
    'backups',
    'a database without backups',
    one('aws_db_instance', { backup_retention_period: 0 }),
    /no backups/,
  ],
  [
    'backups',
    'a table without point-in-time recovery',
    one('aws_dynamodb_table', {}),
    /no point-in-time recovery/,
  ],
  [
    'deletion protection',
    'a table that can be deleted',
    one('aws_dynamodb_table', { deletion_protection_enabled: false }),
    /by a slip/,
  ],
  [
    'deletion protection',
    'a database without a last snapshot',
    one('aws_db_instance', { deletion_protection: true, skip_final_snapshot: true }),
    /by a slip/,
  ],
  ['prevent_destroy', 'a bucket Terraform would destroy', one('aws_s3_bucket', {}), /no prevent_destroy/],
  ['log retention', 'logs without end', one('aws_cloudwatch_log_group', {}), /without end/],
  [
    'images',
    'a task by tag',
    one('aws_ecs_task_definition', container({ image: 'repo:latest' })),
    /repo:latest is not named by its digest/,
  ],
  [
    'images',
    'a function by tag',
    one('aws_lambda_function', { package_type: 'Image', image_uri: 'repo:1' }),
    /not named by its digest/,
  ],
  [
    'secrets',
    'a password in a task',
    one(
      'aws_ecs_task_definition',
      container({ image, environment: [{ name: 'DATABASE_PASSWORD', value: 'x' }] }),
    ),
    /DATABASE_PASSWORD is given in plain/,
  ],
  [
    'secrets',
    'a token in a function',
    one('aws_lambda_function', { environment: [{ variables: { API_TOKEN: 'x' } }] }),
    /API_TOKEN is given in plain/,
  ],
  [
    'secrets',
    'a password of the database',
    one('aws_db_instance', { password: 'x' }),
    /its password is in the plan/,
  ],
  [
    'released images',
    'a function from no image',
    one('aws_lambda_function', { image_uri: `repo@${unreleased}` }),
    /starts from no image/,
  ],
];

test.each(failing)('%s refuses %s', (name, _, resources, problem) => {
  const policy = every.find((each) => each.name === name)!;
  expect(policy.check(resources).join('\n')).toMatch(problem);
});

test('every policy has a case that fails', () => {
  expect([...new Set(failing.map(([name]) => name))].sort()).toEqual(every.map(({ name }) => name).sort());
});

test('tags that are missing are named', () => {
  expect(missingTags({ default_tags: [{ tags: { project: 'foretell', stack: 'x' } }] })).toEqual([
    'environment',
    'managed-by',
  ]);
});
