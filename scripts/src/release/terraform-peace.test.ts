import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environments } from '@foretell/infra/environments';
import { synthesize } from '@foretell/infra/synthesize';
import type { Api } from './aws-calls.ts';
import { addBuild, createFakeWorld } from './testing/fake-world.ts';
import { commits, createOperator } from './testing/operator.ts';

interface Resource {
  readonly type: string;
  readonly values: Readonly<Record<string, unknown>> & {
    readonly lifecycle?: { readonly ignore_changes?: readonly string[] };
  };
}

/** Everything Terraform would make of staging. */
function resources(): readonly Resource[] {
  const folder = mkdtempSync(join(tmpdir(), 'foretell-synth-'));
  try {
    synthesize(environments, folder);
    return readdirSync(join(folder, 'stacks'))
      .filter((stack) => stack.endsWith('-staging'))
      .flatMap((stack) => {
        const text = readFileSync(join(folder, 'stacks', stack, 'cdk.tf.json'), 'utf8');
        const { resource } = JSON.parse(text) as {
          resource: Record<string, Record<string, Resource['values']>>;
        };
        return Object.entries(resource).flatMap(([type, each]) =>
          Object.values(each).map((values) => ({ type, values })),
        );
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What each call moves, in Terraform's words: the resource that is meant, and its attributes by the call's fields. */
type Input = Readonly<Record<string, unknown>>;
const moved: {
  readonly [A in Api]?: {
    readonly type: string;
    readonly is: (resource: Resource['values'], input: Input) => boolean;
    readonly attributes: Readonly<Record<string, string | null>>;
  };
} = {
  'elbv2:ModifyRule': {
    type: 'aws_lb_listener_rule',
    is: ({ tags }) => (tags as { purpose?: string } | undefined)?.purpose === 'traffic',
    attributes: { RuleArn: null, Actions: 'action' },
  },
  'ecs:UpdateService': {
    type: 'aws_ecs_service',
    is: ({ name }, { service }) => name === service,
    // A new deployment of the same is nothing that a plan could see.
    attributes: {
      cluster: null,
      service: null,
      forceNewDeployment: null,
      taskDefinition: 'task_definition',
      desiredCount: 'desired_count',
    },
  },
  'application-autoscaling:RegisterScalableTarget': {
    type: 'aws_appautoscaling_target',
    is: ({ service_namespace }) => service_namespace === 'ecs',
    attributes: {
      ServiceNamespace: null,
      ResourceId: null,
      ScalableDimension: null,
      MinCapacity: 'min_capacity',
    },
  },
  'ssm:PutParameter': {
    type: 'aws_ssm_parameter',
    is: ({ name }, { Name }) => name === Name,
    attributes: { Name: null, Overwrite: null, Value: 'value' },
  },
  'lambda:UpdateFunctionCode': {
    type: 'aws_lambda_function',
    is: ({ function_name }, { FunctionName }) => function_name === FunctionName,
    attributes: { FunctionName: null, ImageUri: 'image_uri' },
  },
};
/** These make something new that Terraform does not know of, or write rows. */
const makesItsOwn: readonly Api[] = [
  'ecs:RegisterTaskDefinition',
  'ecs:RunTask',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
];

test('whatever a deploy, a failed one and a rollback move, Terraform does not look at', async () => {
  const world = createFakeWorld();
  const [first, second, third] = commits;
  for (const commit of [first, second]) addBuild(world, commit);
  addBuild(world, third, 'rings in the bake');
  const alice = createOperator(world);
  await alice.deploy(first);
  await alice.deploy(second);
  await alice.rollback();
  await alice.deploy(third).catch(() => undefined);
  const all = resources();
  const families = all
    .filter(({ type }) => type === 'aws_ecs_task_definition')
    .map(({ values }) => values['family']);
  const seen = new Set<string>();
  for (const { api, input } of alice.writes as readonly { api: Api; input: Input }[]) {
    if (api === 'ecs:RegisterTaskDefinition') expect(families).not.toContain(input['family']);
    if (makesItsOwn.includes(api)) continue;
    const rule = moved[api];
    expect([api, rule === undefined]).toEqual([api, false]);
    const meant = all.filter(({ type, values }) => type === rule?.type && rule.is(values, input));
    expect([api, meant.length > 0]).toEqual([api, true]);
    for (const field of Object.keys(input)) {
      const attribute = rule?.attributes[field];
      expect([api, field, attribute === undefined]).toEqual([api, field, false]);
      if (attribute == null) continue;
      seen.add(`${rule?.type ?? ''}.${attribute}`);
      for (const { values } of meant) expect(values.lifecycle?.ignore_changes).toContain(attribute);
    }
  }
  expect([...seen].sort()).toEqual([
    'aws_appautoscaling_target.min_capacity',
    'aws_ecs_service.desired_count',
    'aws_ecs_service.task_definition',
    'aws_lambda_function.image_uri',
    'aws_lb_listener_rule.action',
    'aws_ssm_parameter.value',
  ]);
});

test('Terraform ignores nothing else of what it makes for releases', () => {
  const ignored = resources()
    .filter(({ type }) => Object.values(moved).some((rule) => rule.type === type))
    .flatMap(({ type, values }) =>
      (values.lifecycle?.ignore_changes ?? []).map((attribute) => `${type}.${attribute}`),
    );
  expect([...new Set(ignored)].sort()).toEqual([
    'aws_appautoscaling_target.min_capacity',
    'aws_ecs_service.desired_count',
    'aws_ecs_service.task_definition',
    'aws_lambda_function.image_uri',
    'aws_lb_listener_rule.action',
    'aws_ssm_parameter.value',
  ]);
});
