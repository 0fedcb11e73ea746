import { join } from 'node:path';
import { attributeChanges } from './attribute-diff.ts';
import { commentLimit } from './fit-comment.ts';
import { parsePlan, readPlan, type Json, type Plan } from './plan-json.ts';
import { renderReview, reviewMarker, type ReviewContext } from './render-review.ts';
import { reviewPlans } from './review-model.ts';

interface Given {
  address: string;
  actions: string[];
  before?: Json;
  after?: Json;
  [more: string]: unknown;
}

function plan(changes: readonly Given[], more: object = {}, stack = 'data-staging'): Plan {
  const resource_changes = changes.map(({ address, actions, before = null, after = null, ...rest }) => {
    const { previous_address, action_reason, deposed, ...change } = rest;
    return {
      address,
      type: address.split('.')[0],
      ...(previous_address === undefined ? {} : { previous_address }),
      ...(action_reason === undefined ? {} : { action_reason }),
      ...(deposed === undefined ? {} : { deposed }),
      change: { actions, before, after, ...change },
    };
  });
  return parsePlan({ format_version: '1.2', planned_values: {}, resource_changes, ...more }, stack);
}
const reviewOf = (plans: Plan | readonly Plan[], context: ReviewContext = {}) =>
  renderReview(reviewPlans('stack' in plans ? [plans] : plans), context);
const allow = (action: string, resource: string, principal?: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: action, Resource: resource, ...(principal ? { Principal: principal } : {}) },
    ],
  });

test('a real plan of terraform_data reads as it was reviewed', () => {
  const review = reviewOf(readPlan(join(import.meta.dirname, 'fixtures/terraform-data.json')), {
    environment: 'staging',
    commit: '0f3c2a1',
  });
  expect(review).toMatchSnapshot();
  expect(review).not.toContain('hunter');
});

test('no changes are said in one line', () => {
  const review = reviewOf([
    plan([
      {
        address: 'aws_sqs_queue.q',
        actions: ['no-op'],
        before: { name: 'q' },
        after: { name: 'q', sqs_managed_sse_enabled: true },
      },
    ]),
    plan([], {}, 'spark-staging'),
  ]);
  expect(review).toContain('**No changes** in 2 stacks: what runs is what is written.');
  expect(review).not.toContain('<details>');
});

test('a stateful resource that goes stands in a warning before everything else', () => {
  const review = reviewOf(
    plan([
      {
        address: 'aws_iam_role.fine',
        actions: ['update'],
        before: { description: 'a' },
        after: { description: 'b' },
      },
      {
        address: 'aws_db_instance.mysql',
        actions: ['delete', 'create'],
        before: { engine_version: '8.0', storage_encrypted: true },
        after: {
          engine_version: '8.4',
          storage_encrypted: true,
          kms_key_id: 'k',
          backup_retention_period: 7,
        },
        replace_paths: [['engine_version']],
        action_reason: 'replace_because_cannot_update',
      },
      { address: 'aws_s3_bucket.lake', actions: ['delete'], before: { bucket: 'lake' } },
      { address: 'aws_lb_target_group.blue', actions: ['delete'], before: { name: 'blue' } },
    ]),
  );
  expect(review).toContain('> [!CAUTION]\n> **Data can be lost**');
  expect(review).toContain(
    '> - `aws_db_instance.mysql` in `data-staging`: `is replaced, since engine_version cannot be changed in place`',
  );
  expect(review).toContain('> - `aws_s3_bucket.lake` in `data-staging`: `is destroyed`');
  expect(review).not.toContain('> - `aws_lb_target_group.blue`');
  expect(review.indexOf('Data can be lost')).toBeLessThan(review.indexOf('aws_iam_role.fine'));
  expect(review).toContain(
    '- engine_version = "8.0"  # forces replacement\n+ engine_version = "8.4"  # forces replacement',
  );
  expect(review).toContain('**0 to add, 1 to change, 1 to replace, 2 to destroy** in 1 stack.');
});

test('a replacement that makes the new one first says so, and a deposed object is named', () => {
  const review = reviewOf(
    plan([
      {
        address: 'aws_acm_certificate.c',
        actions: ['create', 'delete'],
        before: { domain_name: 'a' },
        after: { domain_name: 'b' },
        replace_paths: [['domain_name']],
      },
      { address: 'aws_instance.i', actions: ['delete'], before: { id: '1' }, deposed: 'abcd1234' },
    ]),
  );
  expect(review).toContain('is **replaced** (the new one is made first; forced by `domain_name`)');
  expect(review).toContain('`aws_instance.i (deposed abcd1234)` is **destroyed**');
});

test('permissions that widen are listed one by one, wildcards first; narrower ones are not', () => {
  const address = 'aws_iam_role_policy.workers';
  const change = (before: string, after: string) =>
    reviewOf(plan([{ address, actions: ['update'], before: { policy: before }, after: { policy: after } }]));
  expect(
    change(allow('s3:GetObject', 'arn:aws:s3:::lake/a/*'), allow('s3:GetObject', 'arn:aws:s3:::lake/*')),
  ).toContain('`the role may s3:GetObject on arn:aws:s3:::lake/*`');
  expect(change(allow('s3:GetObject', 'arn:a'), allow('s3:*', 'arn:a'))).toContain('may s3:* on arn:a');
  expect(change(allow('s3:*', '*'), allow('s3:GetObject', 'arn:aws:s3:::lake/*'))).not.toContain(
    'Permissions widen',
  );
  const denied = JSON.stringify({ Statement: [{ Effect: 'Deny', Action: 's3:GetObject', Resource: '*' }] });
  expect(change(denied, JSON.stringify({ Statement: [] }))).toContain(
    'no longer denied: the role may s3:GetObject on *',
  );
});

test('a trust policy that takes in a stranger, and a managed policy that is attached, widen too', () => {
  const trust = (account: string) =>
    JSON.stringify({
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: account } }],
    });
  const review = reviewOf(
    plan([
      {
        address: 'aws_iam_role.r',
        actions: ['update'],
        before: { assume_role_policy: trust('111') },
        after: { assume_role_policy: trust('999') },
      },
      {
        address: 'aws_iam_role_policy_attachment.a',
        actions: ['update'],
        before: { policy_arn: 'arn:small' },
        after: { policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      },
    ]),
  );
  expect(review).toContain('`AWS 999 may sts:AssumeRole on itself`');
  expect(review).toContain('`attaches arn:aws:iam::aws:policy/AdministratorAccess`');
  expect(review).toContain('Policies that do not hold');
});

test('a condition that is dropped widens, one that is added does not', () => {
  const with_ = JSON.stringify({
    Statement: [{ Effect: 'Allow', Action: 'a:B', Resource: 'r', Condition: { Bool: { x: 'true' } } }],
  });
  const change = (before: string, after: string) =>
    reviewOf(
      plan([
        {
          address: 'aws_iam_policy.p',
          actions: ['update'],
          before: { policy: before },
          after: { policy: after },
        },
      ]),
    );
  expect(change(with_, allow('a:B', 'r'))).toContain('Permissions widen');
  expect(change(allow('a:B', 'r'), with_)).not.toContain('Permissions widen');
});

test('a role policy that is new is told apart from one that grows', () => {
  const review = reviewOf(
    plan([
      {
        address: 'aws_iam_role_policy.n',
        actions: ['create'],
        after: { policy: allow('s3:GetObject', 'arn:a') },
      },
    ]),
  );
  expect(review).toContain('New roles and policies');
  expect(review).toContain('`aws_iam_role_policy.n` in `data-staging`: 1 permission');
  expect(review).not.toContain('Permissions widen');
});

test.each<[what: string, change: Given, says: string]>([
  [
    'a port for everybody',
    {
      address: 'aws_vpc_security_group_ingress_rule.r',
      actions: ['create'],
      after: { cidr_ipv4: '0.0.0.0/0', from_port: 22, to_port: 22 },
    },
    'ports 22 to 22 are open to everybody',
  ],
  [
    'even 443',
    {
      address: 'aws_vpc_security_group_ingress_rule.r',
      actions: ['create'],
      after: { cidr_ipv4: '0.0.0.0/0', from_port: 443, to_port: 443 },
    },
    'port 443 is open to everybody',
  ],
  [
    'a public database',
    {
      address: 'aws_db_instance.d',
      actions: ['update'],
      before: { publicly_accessible: false },
      after: { publicly_accessible: true },
    },
    'the database gets a public address',
  ],
  [
    'a bucket whose lock goes',
    {
      address: 'aws_s3_bucket_public_access_block.b',
      actions: ['delete'],
      before: { block_public_acls: true },
    },
    'the bucket is no longer closed to the public',
  ],
  [
    'a bucket whose lock opens',
    {
      address: 'aws_s3_bucket_public_access_block.b',
      actions: ['update'],
      before: { block_public_policy: true },
      after: { block_public_policy: false },
    },
    'public policies are no longer blocked',
  ],
  [
    'a bucket policy for all',
    {
      address: 'aws_s3_bucket_policy.b',
      actions: ['update'],
      before: { policy: allow('s3:GetObject', 'b', 'arn:me') },
      after: { policy: allow('s3:GetObject', 'b', '*') },
    },
    'its policy lets everybody in',
  ],
  [
    'a function URL without a key',
    { address: 'aws_lambda_function_url.u', actions: ['create'], after: { authorization_type: 'NONE' } },
    'anybody may call the function by its URL',
  ],
])('%s is public exposure', (_, change, says) => {
  const review = reviewOf(plan([change]));
  expect(review).toContain('**Reachable from outside, and was not before**');
  expect(review).toContain(says);
});

test('what was public before is not reported again', () => {
  const open = { cidr_ipv4: '0.0.0.0/0', from_port: 443, to_port: 443 };
  expect(
    reviewOf(
      plan([
        {
          address: 'aws_vpc_security_group_ingress_rule.r',
          actions: ['update'],
          before: { ...open, description: 'a' },
          after: { ...open, description: 'b' },
        },
      ]),
    ),
  ).not.toContain('Reachable from outside');
});

test('sensitive values are masked wherever they show, unknown ones are marked', () => {
  const review = reviewOf(
    plan([
      {
        address: 'aws_x.a',
        actions: ['update'],
        before: { password: 'correct horse', copy: 'x' },
        after: { password: 'battery staple', copy: 'url?p=battery staple' },
        before_sensitive: { password: true },
        after_sensitive: { password: true },
        after_unknown: { arn: true, list: [{ id: true }] },
      },
    ]),
  );
  expect(review).toContain('- password = (sensitive value)\n+ password = (sensitive value)');
  expect(review).toContain('+ arn = (known after apply)');
  expect(review).toContain('+ list[0].id = (known after apply)');
  expect(review).not.toMatch(/horse|staple/);
});

test('a policy document is compared by what it says, not as one long line', () => {
  const changes = attributeChanges({
    actions: ['update'],
    before: { policy: allow('s3:GetObject', 'arn:a') },
    after: { policy: allow('s3:PutObject', 'arn:a') },
    after_unknown: {},
    before_sensitive: {},
    after_sensitive: {},
    replace_paths: [],
  });
  expect(changes).toEqual([
    {
      path: 'policy.Statement[0].Action',
      before: '"s3:GetObject"',
      after: '"s3:PutObject"',
      forcesReplacement: false,
    },
  ]);
});

test('moved, imported and forgotten resources say where they come from or go', () => {
  const review = reviewOf(
    plan([
      {
        address: 'aws_sqs_queue.b',
        previous_address: 'aws_sqs_queue.a',
        actions: ['no-op'],
        before: {},
        after: { sqs_managed_sse_enabled: true },
      },
      {
        address: 'aws_sqs_queue.c',
        actions: ['no-op'],
        importing: { id: 'https://sqs/c' },
        before: {},
        after: { sqs_managed_sse_enabled: true },
      },
      { address: 'aws_sqs_queue.d', actions: ['forget'], before: {} },
    ]),
  );
  expect(review).toContain('stays as it is (moved from `aws_sqs_queue.a`)');
  expect(review).toContain('stays as it is (imported as `https://sqs/c`)');
  expect(review).toContain('is forgotten: it stays, and Terraform no longer knows it');
  expect(review).toContain('1 to forget, 1 moved, 1 imported');
});

test('what changed outside Terraform has a section of its own', () => {
  const drift = {
    resource_drift: [
      {
        address: 'aws_lb.front',
        type: 'aws_lb',
        change: { actions: ['update'], before: { idle_timeout: 60 }, after: { idle_timeout: 4000 } },
      },
    ],
  };
  const review = reviewOf(plan([], drift));
  expect(review).toContain('### Drift');
  expect(review).toContain('- idle_timeout = 60\n+ idle_timeout = 4000');
});

test('policies that do not hold are named with the resource', () => {
  const review = reviewOf(
    plan(
      [{ address: 'aws_dynamodb_table.t', actions: ['create'], after: { name: 't' } }],
      {},
      'data-production',
    ),
  );
  expect(review).toContain(
    '`aws_dynamodb_table.t` in `data-production`: `what it stores is not encrypted` (encryption)',
  );
  expect(review).toContain('(deletion protection)');
});

test('what is not known before apply is not taken for missing', () => {
  const review = reviewOf(
    plan([
      {
        address: 'aws_cloudwatch_log_group.l',
        actions: ['create'],
        after: { retention_in_days: 30 },
        after_unknown: { kms_key_id: true },
      },
    ]),
  );
  expect(review).toMatch(/All \d+ policies hold\./);
});

test('a review longer than a comment keeps its warnings and says what is left out', () => {
  const many = Array.from({ length: 900 }, (_, index) => ({
    address: `aws_iam_role.role_${index}`,
    actions: ['create'],
    after: { name: `n${index}`, description: 'x'.repeat(200) },
  }));
  const review = reviewOf(
    plan([...many, { address: 'aws_s3_bucket.lake', actions: ['delete'], before: {} }]),
    { artifactUrl: 'https://ci.example/run/1' },
  );
  expect(review.length).toBeLessThanOrEqual(commentLimit);
  expect(review).toContain('Data can be lost');
  expect(review).toMatch(
    /\*\*\d+ blocks left out\*\*.*\[the artifact of this run\]\(https:\/\/ci\.example\/run\/1\)/,
  );
  expect(review.startsWith(reviewMarker())).toBe(true);
  expect(review.match(/<details>/g)?.length).toBe(review.match(/<\/details>/g)?.length);
});

test('a list of warnings beyond measure is cut, not the review', () => {
  const gone = Array.from({ length: 3000 }, (_, index) => ({
    address: `aws_s3_bucket.bucket_${index}_${'y'.repeat(60)}`,
    actions: ['delete'],
    before: {},
  }));
  const review = reviewOf(plan(gone));
  expect(review.length).toBeLessThanOrEqual(commentLimit);
  expect(review).toContain('and 2960 more');
});

test('values cannot break out of their code and bring markup of their own', () => {
  const evil = '```\n</details><img src=x>`|';
  const review = reviewOf(
    plan([{ address: 'aws_x.a', actions: ['update'], before: { d: 'a' }, after: { d: evil } }]),
  );
  expect(review).toContain('````diff\n');
  expect(review.split('````')).toHaveLength(3);
});

test('a plan that failed says so first', () => {
  expect(reviewOf(plan([], { errored: true }))).toContain('**The plan failed**');
});

test.each<[string, unknown, RegExp]>([
  ['a state', { format_version: '1.0', values: {} }, /is not a plan: it has no planned_values/],
  ['something else', { hello: 1 }, /is not a plan: format_version/],
  ['a later format', { format_version: '2.0', planned_values: {} }, /not a version that is known/],
])('%s is refused as a plan, with the cause', (_, data, problem) => {
  expect(() => parsePlan(data, 's', 's.json')).toThrow(problem);
});

test('a file that is not there is named', () => {
  expect(() => readPlan('/nowhere/x.json')).toThrow('/nowhere/x.json cannot be read as JSON');
});
