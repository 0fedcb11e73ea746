import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { ImageNotFoundException, ScanNotFoundException } from '@aws-sdk/client-ecr';
import { ConflictException } from '@aws-sdk/client-ecs';
import { unmarshall, marshall } from '@aws-sdk/util-dynamodb';
import type { Api, Aws, InputOf } from '../aws-calls.ts';
import type { Colour } from '@foretell/core/contracts/release-bake';
import {
  alarmPrefix,
  colourHeader,
  colours,
  repositoryName,
  targetGroupName,
} from '@foretell/core/contracts/release-names';
import { digestIn, groupArn, healthyIn, testHeader, type FakeWorld } from './fake-world.ts';

type Answers = { readonly [A in Api]?: (input: InputOf<A>) => unknown };

const imageOf = (repository = '') => repository.replace(repositoryName(''), '');

/** ECS as a release sees it: a deployment starts, is looked at, and then stands or is rolled back. */
function ecs(world: FakeWorld): Answers {
  const definitionOf = (name = '') =>
    world.definitions.get(name) ?? [...world.definitions.values()].findLast(({ family }) => family === name);
  return {
    'ecs:DescribeServices': ({ services: names = [] }) => ({
      services: names.flatMap((serviceName) => {
        const service = world.services.get(serviceName);
        if (!service) return [];
        const answer = {
          serviceName,
          status: 'ACTIVE',
          taskDefinition: service.taskDefinition,
          desiredCount: service.desired,
          runningCount: service.deployments.reduce((sum, { running }) => sum + running, 0),
          deployments: service.deployments.map((each, index) => ({
            id: each.id,
            status: index === 0 ? 'PRIMARY' : 'ACTIVE',
            taskDefinition: each.taskDefinition,
            rolloutState: each.rollout,
            desiredCount: each.desired,
            runningCount: each.running,
          })),
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
          launchType: 'FARGATE',
        };
        progress(world, serviceName);
        return [answer];
      }),
    }),
    'ecs:DescribeTaskDefinition': ({ taskDefinition }) => ({ taskDefinition: definitionOf(taskDefinition) }),
    'ecs:RegisterTaskDefinition': ({ tags: _tags, ...input }) => {
      const taskDefinitionArn = `arn:aws:ecs:eu-west-1:111111111111:task-definition/${input.family ?? ''}:${++world.registered}`;
      const taskDefinition = { ...input, taskDefinitionArn };
      world.definitions.set(taskDefinitionArn, taskDefinition);
      return { taskDefinition };
    },
    'ecs:RunTask': ({ clientToken = '', taskDefinition = '' }) => {
      const before = world.tasks.get(clientToken);
      if (before && before.taskDefinition !== taskDefinition)
        throw new ConflictException({
          message: 'another request',
          resourceIds: [clientToken],
          $metadata: {},
        });
      if (!before) world.tasks.set(clientToken, { taskDefinition, exitCode: world.migrationExitCode });
      return { tasks: [{ taskArn: clientToken }] };
    },
    'ecs:DescribeTasks': ({ tasks = [] }) => ({
      tasks: tasks.map((task) => ({
        lastStatus: 'STOPPED',
        containers: [{ exitCode: world.tasks.get(task)?.exitCode }],
      })),
    }),
    'ecs:UpdateService': ({ service: name = '', taskDefinition, desiredCount, forceNewDeployment }) => {
      const service = world.services.get(name);
      if (!service) throw new Error(`no service ${name}`);
      service.desired = desiredCount ?? service.desired;
      if (taskDefinition !== undefined) service.taskDefinition = taskDefinition;
      if (forceNewDeployment)
        service.deployments.unshift({
          id: `ecs-svc/${name}-${++world.started}`,
          taskDefinition: service.taskDefinition,
          desired: service.desired,
          running: 0,
          rollout: 'IN_PROGRESS',
        });
      else for (const each of service.deployments) each.running = Math.min(each.running, service.desired);
      return {
        service: {
          deployments: service.deployments.map(({ id }, index) => ({
            id,
            status: index === 0 ? 'PRIMARY' : 'ACTIVE',
          })),
        },
      };
    },
  };
}

function progress(world: FakeWorld, name: string): void {
  const service = world.services.get(name);
  const primary = service?.deployments[0];
  if (!service || primary?.rollout !== 'IN_PROGRESS') return;
  const behaviour = world.behaviours.get(digestIn(world, primary.taskDefinition));
  if (behaviour === 'crashes') {
    const [, before] = service.deployments;
    primary.rollout = 'FAILED';
    service.taskDefinition = before?.taskDefinition ?? primary.taskDefinition;
    service.deployments.unshift({
      id: `${primary.id}-rollback`,
      taskDefinition: service.taskDefinition,
      desired: service.desired,
      running: before?.running ?? 0,
      rollout: 'IN_PROGRESS',
    });
    return;
  }
  primary.running = service.desired;
  if (behaviour === 'never healthy') return;
  primary.rollout = 'COMPLETED';
  service.deployments = [primary];
}

function balancing(world: FakeWorld): Answers {
  const { short } = world.target.environment;
  const http = world.target.services.filter(({ kind }) => kind === 'http');
  const ruleOf = (service: string) => ({
    RuleArn: `rule/${service}`,
    Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: [`${service}.example`] } }],
    Actions: [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [...(world.weights.get(`rule/${service}`) ?? [])].map(([TargetGroupArn, Weight]) => ({
            TargetGroupArn,
            Weight,
          })),
        },
      },
    ],
  });
  const testRuleOf = (service: string, colour: Colour) => ({
    RuleArn: `rule/${service}/${colour}`,
    Conditions: [
      {
        Field: 'http-header',
        HttpHeaderConfig: { HttpHeaderName: colourHeader, Values: [testHeader(colour)] },
      },
    ],
    Actions: [
      {
        Type: 'forward',
        ForwardConfig: { TargetGroups: [{ TargetGroupArn: groupArn(short, service, colour), Weight: 1 }] },
      },
    ],
  });
  const rulesOf = (service: string) => [
    ...colours.map((colour) => testRuleOf(service, colour)),
    ruleOf(service),
  ];
  return {
    'elbv2:DescribeTargetGroups': ({ Names = [] }) => ({
      TargetGroups: http.flatMap(({ name }) =>
        colours
          .filter((colour) => Names.includes(targetGroupName(short, name, colour)))
          .map((colour) => ({
            TargetGroupArn: groupArn(short, name, colour),
            TargetGroupName: targetGroupName(short, name, colour),
            LoadBalancerArns: [`balancer/${name}`],
          })),
      ),
    }),
    'elbv2:DescribeLoadBalancers': () => ({
      LoadBalancers: [{ DNSName: 'balancer.example', Scheme: 'internet-facing' }],
    }),
    'elbv2:DescribeListeners': ({ LoadBalancerArn = '' }) => ({
      Listeners: [{ ListenerArn: LoadBalancerArn, Port: 443, Protocol: 'HTTPS' }],
    }),
    'elbv2:DescribeRules': ({ ListenerArn, RuleArns }) => ({
      Rules: rulesOf((RuleArns?.[0] ?? ListenerArn ?? '').split('/')[1] ?? '').filter(
        ({ RuleArn }) => RuleArns?.includes(RuleArn) ?? true,
      ),
    }),
    'elbv2:DescribeTargetHealth': ({ TargetGroupArn = '' }) => {
      const found = http
        .flatMap(({ name }) => colours.map((colour) => ({ name, colour })))
        .find(({ name, colour }) => groupArn(short, name, colour) === TargetGroupArn);
      const healthy = found ? healthyIn(world, `${found.name}-${found.colour}`) : 0;
      return {
        TargetHealthDescriptions: Array.from({ length: healthy }, () => ({
          TargetHealth: { State: 'healthy' },
        })),
      };
    },
    'elbv2:ModifyRule': ({ RuleArn = '', Actions = [] }) => {
      const groups = Actions[0]?.ForwardConfig?.TargetGroups ?? [];
      world.weights.set(
        RuleArn,
        new Map(groups.map(({ TargetGroupArn = '', Weight = 0 }) => [TargetGroupArn, Weight])),
      );
      const service = RuleArn.split('/')[1] ?? '';
      for (const colour of colours) {
        const weight = world.weights.get(RuleArn)?.get(groupArn(short, service, colour)) ?? 0;
        const running = world.services.get(`${service}-${colour}`)?.taskDefinition ?? '';
        if (weight > 0 && world.behaviours.get(digestIn(world, running)) === 'rings in the bake')
          world.alarms.push({
            name: `${alarmPrefix(world.target.environment.name, service)}${colour}-errors`,
            since: new Date(world.at + 1),
          });
      }
      return {};
    },
  };
}

function registry(world: FakeWorld): Answers {
  return {
    'ecr:DescribeRepositories': ({ repositoryNames = [] }) => ({
      repositories: repositoryNames.map((repositoryName) => ({
        repositoryName,
        repositoryUri: repositoryName,
      })),
    }),
    'ecr:DescribeImages': ({ repositoryName: repository, imageIds = [] }) => {
      const [id] = imageIds;
      const found = world.images.get(
        `${imageOf(repository)}${id?.imageTag === undefined ? `@${id?.imageDigest ?? ''}` : `:${id.imageTag}`}`,
      );
      if (!found) throw new ImageNotFoundException({ message: 'no such image', $metadata: {} });
      return { imageDetails: [{ imageDigest: found.digest }] };
    },
    'ecr:DescribeImageScanFindings': ({ repositoryName: repository, imageId }) => {
      const findings =
        world.images.get(`${imageOf(repository)}@${imageId?.imageDigest ?? ''}`)?.findings ?? null;
      if (!findings) throw new ScanNotFoundException({ message: 'no scan', $metadata: {} });
      return { imageScanStatus: { status: 'COMPLETE' }, imageScanFindings: { findings } };
    },
  };
}

/** As much of DynamoDB's conditions as the ledger and the lock use. */
function table(world: FakeWorld): Answers {
  const keyOf = (item: Record<string, unknown>) => `${String(item['kind'])}|${String(item['entry'])}`;
  const failed = () =>
    new ConditionalCheckFailedException({ message: 'the condition is not met', $metadata: {} });
  const mine = (of: Record<string, unknown> | undefined, id: unknown) =>
    id === undefined || (of !== undefined && of['id'] === id);
  return {
    'dynamodb:GetItem': ({ Key = {} }) => {
      const item = world.items.get(keyOf(unmarshall(Key)));
      return item ? { Item: marshall(item) } : {};
    },
    'dynamodb:Query': () => ({
      Items: [...world.items.values()]
        .filter(({ kind }) => kind === 'ledger')
        .sort((a, b) => (String(a['entry']) < String(b['entry']) ? -1 : 1))
        .map((item) => marshall(item)),
    }),
    'dynamodb:PutItem': ({ Item = {}, ConditionExpression, ExpressionAttributeValues = {} }) => {
      const item = unmarshall(Item);
      const before = world.items.get(keyOf(item));
      const { ':stale': stale } = unmarshall(ExpressionAttributeValues) as Record<string, string>;
      const free = before === undefined || (stale !== undefined && String(before['renewedAt']) < stale);
      if (ConditionExpression !== undefined && !free) throw failed();
      world.items.set(keyOf(item), item);
      return {};
    },
    'dynamodb:UpdateItem': ({ Key = {}, ExpressionAttributeValues = {} }) => {
      const values = unmarshall(ExpressionAttributeValues);
      const before = world.items.get(keyOf(unmarshall(Key)));
      if (!before || !mine(before, values[':id'])) throw failed();
      world.items.set(keyOf(before), { ...before, renewedAt: values[':now'] });
      return {};
    },
    'dynamodb:DeleteItem': ({ Key = {}, ExpressionAttributeValues = {} }) => {
      const key = keyOf(unmarshall(Key));
      if (!mine(world.items.get(key), unmarshall(ExpressionAttributeValues)[':id'])) throw failed();
      world.items.delete(key);
      return {};
    },
  };
}

function others(world: FakeWorld): Answers {
  return {
    'application-autoscaling:DescribeScalableTargets': ({ ResourceIds = [] }) => ({
      ScalableTargets: ResourceIds.map((ResourceId) => ({
        ResourceId,
        MinCapacity: world.services.get(ResourceId.split('/')[2] ?? '')?.minimum ?? 0,
      })),
    }),
    'application-autoscaling:RegisterScalableTarget': ({ ResourceId = '', MinCapacity = 0 }) => {
      const service = world.services.get(ResourceId.split('/')[2] ?? '');
      if (service) service.minimum = MinCapacity;
      return {};
    },
    'cloudwatch:DescribeAlarms': ({ AlarmNamePrefix = '' }) => ({
      MetricAlarms: world.alarms
        .filter(({ name }) => name.startsWith(AlarmNamePrefix))
        .map(({ name, since }) => ({ AlarmName: name, StateTransitionedTimestamp: since })),
    }),
    'lambda:GetFunction': () => ({
      Code: { ImageUri: world.functionImage },
      Configuration: { LastUpdateStatus: 'Successful' },
    }),
    'lambda:UpdateFunctionCode': ({ ImageUri = '' }) => {
      world.functionImage = ImageUri;
      return {};
    },
    'ssm:GetParameters': ({ Names = [] }) => ({
      Parameters: Names.map((Name) => ({ Name, Value: world.parameters.get(Name) })),
    }),
    'ssm:PutParameter': ({ Name = '', Value = '' }) => {
      world.parameters.set(Name, Value);
      return {};
    },
  };
}

/** What a killed process gets of AWS: nothing any more. */
export class Killed extends Error {}

const reading = /:(Describe|Get|Query|Filter)/;

export interface FakeAws {
  readonly aws: Aws;
  /** The calls that change something, in their order. */
  readonly writes: readonly { readonly api: Api; readonly input: unknown }[];
}

/** AWS for one run of the tool, which is killed right after its `killAfter`-th write took effect. */
export function fakeAws(
  world: FakeWorld,
  { killAfter = Infinity, onWrite = () => {} }: { killAfter?: number; onWrite?: (api: Api) => void } = {},
): FakeAws {
  const answers: Answers = {
    ...ecs(world),
    ...balancing(world),
    ...registry(world),
    ...table(world),
    ...others(world),
  };
  const writes: { api: Api; input: unknown }[] = [];
  const aws: Aws = (api, input) => {
    if (writes.length >= killAfter) return Promise.reject(new Killed());
    const answer = answers[api] as ((given: unknown) => unknown) | undefined;
    if (!answer) return Promise.reject(new Error(`the fake has no ${api}`));
    try {
      world.at += 10;
      const output = answer(structuredClone(input));
      if (!reading.test(api)) {
        writes.push({ api, input });
        onWrite(api);
        if (writes.length >= killAfter) return Promise.reject(new Killed());
      }
      return Promise.resolve(structuredClone(output) as never);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return { aws, writes };
}
