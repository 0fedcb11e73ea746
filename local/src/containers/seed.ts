import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { z } from 'zod';
import { arnMaker, type Cloud, type CloudFunction, type ScalableTarget } from './cloud.ts';
import { registerDefinition } from './ecs-api.ts';
import type { Rule } from './listener.ts';
import type { Pace } from './pace.ts';
import { alarmOf } from './seed-alarms.ts';
import { createService, type Service } from './service-scheduler.ts';
import { createTargetGroup, type TargetGroup } from './target-groups.ts';
import type { TaskRunner } from './tasks.ts';
import { readTerraform, type TerraformStack } from './terraform-json.ts';
import { shapes, text } from './terraform-shapes.ts';

export interface SeedOptions {
  readonly account: string;
  readonly region: string;
  readonly pace: Pace;
  readonly runner: TaskRunner;
  /** What a process's variables are here, by the template's family; those that Terraform takes from other stacks have to be among them. */
  readonly variables: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export type Seeded = Pick<
  Cloud,
  | 'clusters'
  | 'services'
  | 'definitions'
  | 'targetGroups'
  | 'parameters'
  | 'scalableTargets'
  | 'alarms'
  | 'functions'
> & {
  readonly rules: readonly (Rule & { readonly listenerArn: string })[];
  /** The variables of each environment's guard function. */
  readonly guards: readonly Readonly<Record<string, string>>[];
};

const awsNames: Readonly<Record<string, readonly [service: string, kind: string]>> = {
  aws_ecs_task_definition: ['ecs', 'task-definition'],
  aws_ecs_cluster: ['ecs', 'cluster'],
  aws_lb_target_group: ['elasticloadbalancing', 'targetgroup'],
  aws_lb: ['elasticloadbalancing', 'loadbalancer/app'],
  aws_lb_listener: ['elasticloadbalancing', 'listener/app'],
  aws_lb_listener_rule: ['elasticloadbalancing', 'listener-rule/app'],
};

/** What `terraform apply` of the given stacks would have made, as far as a release moves it. */
export function seed(stacks: readonly unknown[], options: SeedOptions): Seeded {
  const { region, account, pace, runner } = options;
  const arnOf = (type: string, name: string) => {
    const [service, kind] = awsNames[type] ?? [type, 'resource'];
    return arnMaker(region, account)(service, kind, name);
  };
  const read = stacks.map((each, index) => readTerraform(each, String(index), arnOf));
  const all = <S extends z.ZodType>(type: string, shape: S): z.output<S>[] =>
    read.flatMap((each: TerraformStack) => each.all(type).map((resource) => shape.parse(resource)));

  const targetGroups = all('aws_lb_target_group', shapes.targetGroup).map((each) =>
    targetGroupOf(each, pace),
  );
  const groupOf = (arn: string | undefined): TargetGroup => {
    const found = targetGroups.find((group) => group.arn === arn);
    if (!found) throw new Error(`Terraform names no target group ${arn ?? ''}`);
    return found;
  };
  const definitions: Cloud['definitions'] = new Map();
  for (const each of all('aws_ecs_task_definition', shapes.template))
    registerDefinition({ definitions, region, account }, templateOf(each, options.variables));
  const services = all('aws_ecs_service', shapes.service).map((each): Service => {
    const family = each.task_definition.split('/').at(-1) ?? '';
    const [template] = definitions.get(family) ?? [];
    if (!template) throw new Error(`Terraform names no template ${family}`);
    const [balanced] = each.load_balancer;
    return createService(
      serviceOf(each, balanced ? groupOf(balanced.target_group_arn) : null),
      template,
      runner,
      pace,
    );
  });
  return {
    clusters: all('aws_ecs_cluster', shapes.cluster).map(({ name }) => name),
    services,
    definitions,
    targetGroups,
    rules: all('aws_lb_listener_rule', shapes.rule).map((each) => ruleOf(each, groupOf)),
    parameters: new Map(
      all('aws_ssm_parameter', shapes.parameter).map(({ name, value }) => [
        name,
        { value, version: 1, changedAt: new Date() },
      ]),
    ),
    scalableTargets: all('aws_appautoscaling_target', shapes.range).map(
      ({ resource_id: resourceId, min_capacity: minimum, max_capacity: maximum }): ScalableTarget => ({
        resourceId,
        minimum,
        maximum,
      }),
    ),
    alarms: all('aws_cloudwatch_metric_alarm', shapes.alarm).flatMap((each) => alarmOf(each, targetGroups)),
    guards: all('aws_lambda_function', shapes.function).flatMap(({ environment }) =>
      environment?.variables['GUARDED'] === undefined ? [] : [environment.variables],
    ),
    functions: all('aws_lambda_function', shapes.function).flatMap(
      ({ function_name: name, image_uri: imageUri }): CloudFunction[] =>
        imageUri === undefined ? [] : [{ name, imageUri }],
    ),
  };
}

const targetGroupOf = (each: z.output<typeof shapes.targetGroup>, pace: Pace) =>
  createTargetGroup(
    {
      arn: each.arn,
      name: each.name,
      port: each.port,
      deregistrationSeconds: each.deregistration_delay,
      health: {
        path: each.health_check.path,
        intervalSeconds: each.health_check.interval,
        timeoutSeconds: each.health_check.timeout,
        healthyThreshold: each.health_check.healthy_threshold,
        unhealthyThreshold: each.health_check.unhealthy_threshold,
      },
    },
    pace,
  );

const serviceOf = (each: z.output<typeof shapes.service>, targetGroup: TargetGroup | null) => ({
  cluster: each.cluster.split('/').at(-1) ?? '',
  name: each.name,
  minimumHealthyPercent: each.deployment_minimum_healthy_percent,
  maximumPercent: each.deployment_maximum_percent,
  circuitBreaker: each.deployment_circuit_breaker,
  graceSeconds: each.health_check_grace_period_seconds,
  targetGroup,
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-loopback'], securityGroups: [] } },
  capacityProvider: each.capacity_provider_strategy[0]?.capacity_provider ?? 'FARGATE',
});

function ruleOf(each: z.output<typeof shapes.rule>, groupOf: (arn: string | undefined) => TargetGroup) {
  const [action] = each.action;
  const weighted = action?.forward?.target_group.map(({ arn, weight }) => ({ group: groupOf(arn), weight }));
  const header = each.condition.find(({ http_header: found }) => found)?.http_header;
  return {
    arn: each.arn,
    listenerArn: each.listener_arn,
    priority: each.priority,
    hosts: each.condition.flatMap(({ host_header: found }) => found?.values ?? []),
    header: header ? { name: header.http_header_name, values: header.values } : null,
    forward: weighted ?? [{ group: groupOf(action?.target_group_arn), weight: 1 }],
  };
}

function templateOf(
  each: z.output<typeof shapes.template>,
  variables: SeedOptions['variables'],
): RegisterTaskDefinitionRequest {
  const containers = z
    .array(z.looseObject({ name: text, environment: z.array(z.object({ name: text, value: text })) }))
    .parse(JSON.parse(each.container_definitions));
  return {
    family: each.family,
    cpu: each.cpu,
    memory: each.memory,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    containerDefinitions: containers.map((container) => {
      const own = variables[each.family] ?? {};
      const merged = {
        ...Object.fromEntries(container.environment.map(({ name, value }) => [name, value])),
        ...own,
      };
      for (const [name, value] of Object.entries(merged))
        if (value.includes('${'))
          throw new Error(`${container.name}: ${name} comes from another stack, and has no value here`);
      return { ...container, environment: Object.entries(merged).map(([name, value]) => ({ name, value })) };
    }),
  };
}
