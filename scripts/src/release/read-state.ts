import type { Service, TaskDefinition } from '@aws-sdk/client-ecs';
import { colour, releaseBake, type Colour } from '@foretell/core/contracts/release-bake';
import {
  activeColourParameter,
  bakeParameter,
  colours,
  repositoryName,
  sampleFunctionName,
  scalableResource,
  serviceName,
  templateFamily,
} from '@foretell/core/contracts/release-names';
import type { Aws } from './aws-calls.ts';
import { ReleaseError } from './errors.ts';
import { readLedger } from './ledger-store.ts';
import { readTraffic } from './read-traffic.ts';
import type { ColourState, DeploymentState, EnvironmentState, ServiceState } from './state.ts';
import type { Target, TargetService } from './target.ts';

const byColour = <T>(of: (colour: Colour) => T): Readonly<Record<Colour, T>> => ({
  blue: of('blue'),
  green: of('green'),
});

async function readServices(aws: Aws, target: Target): Promise<ReadonlyMap<string, Service>> {
  const names = target.services.flatMap(({ name }) => colours.map((each) => serviceName(name, each)));
  const { services = [] } = await aws('ecs:DescribeServices', { cluster: target.cluster, services: names });
  const active = services.filter(({ status }) => status === 'ACTIVE');
  const found = new Map(active.map((service) => [service.serviceName ?? '', service]));
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0)
    throw new ReleaseError(
      'refused',
      `The cluster ${target.cluster} has no service ${missing.join(', ')}: apply its compute stack first (make plan, make apply)`,
    );
  return found;
}

/** Each definition once, however many ask for it. */
function definitionReader(aws: Aws): (name: string) => Promise<TaskDefinition> {
  const read = new Map<string, Promise<TaskDefinition>>();
  return (taskDefinition) => {
    const known = read.get(taskDefinition);
    if (known) return known;
    const reading = aws('ecs:DescribeTaskDefinition', { taskDefinition }).then(
      ({ taskDefinition: definition }) => {
        if (!definition) throw new Error(`ECS describes no task definition ${taskDefinition}`);
        return definition;
      },
    );
    read.set(taskDefinition, reading);
    return reading;
  };
}

async function readMinimums(aws: Aws, target: Target): Promise<ReadonlyMap<string, number>> {
  const { ScalableTargets = [] } = await aws('application-autoscaling:DescribeScalableTargets', {
    ServiceNamespace: 'ecs',
    ScalableDimension: 'ecs:service:DesiredCount',
    ResourceIds: target.services.flatMap(({ name }) =>
      colours.map((each) => scalableResource(target.environment.name, name, each)),
    ),
  });
  return new Map(ScalableTargets.map(({ ResourceId = '', MinCapacity = 0 }) => [ResourceId, MinCapacity]));
}

async function readParameters(aws: Aws, target: Target): Promise<ReadonlyMap<string, string>> {
  const Names = target.services.map(({ name, kind }) =>
    kind === 'http'
      ? bakeParameter(target.environment.name, name)
      : activeColourParameter(target.environment.name, name),
  );
  const { Parameters = [], InvalidParameters = [] } = await aws('ssm:GetParameters', { Names });
  if (InvalidParameters.length > 0)
    throw new ReleaseError(
      'refused',
      `There is no parameter ${InvalidParameters.join(', ')}: apply the compute stack first`,
    );
  return new Map(Parameters.map(({ Name = '', Value = '' }) => [Name, Value]));
}

export async function readRepositories(aws: Aws, target: Target): Promise<Readonly<Record<string, string>>> {
  const { repositories = [] } = await aws('ecr:DescribeRepositories', {
    repositoryNames: target.images.map(repositoryName),
  });
  return Object.fromEntries(
    target.images.map((image) => {
      const uri = repositories.find((each) => each.repositoryName === repositoryName(image))?.repositoryUri;
      if (uri === undefined)
        throw new ReleaseError('refused', `ECR has no repository ${repositoryName(image)}`);
      return [image, uri];
    }),
  );
}

const rollouts = ['COMPLETED', 'IN_PROGRESS', 'FAILED'] as const;

export function primaryOf({ deployments = [] }: Service): DeploymentState | null {
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  if (primary?.id === undefined || primary.taskDefinition === undefined) return null;
  const rollout = rollouts.find((each) => each === primary.rolloutState) ?? 'IN_PROGRESS';
  return { id: primary.id, taskDefinition: primary.taskDefinition, rollout };
}

/** Healthy targets of a group. */
export async function readHealthy(aws: Aws, TargetGroupArn: string): Promise<number> {
  const { TargetHealthDescriptions = [] } = await aws('elbv2:DescribeTargetHealth', { TargetGroupArn });
  return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length;
}

async function readSampleFunction(aws: Aws, environment: string) {
  const { Code } = await aws('lambda:GetFunction', { FunctionName: sampleFunctionName(environment) });
  return { imageUri: Code?.ImageUri ?? null };
}

/** Everything at once, since a rollback waits for it. */
export async function readState(aws: Aws, target: Target): Promise<EnvironmentState> {
  const environment = target.environment.name;
  const definition = definitionReader(aws);
  const parameters = readParameters(aws, target);
  const services = readServices(aws, target);
  const minimums = readMinimums(aws, target);
  const readColour = async (
    of: TargetService,
    which: Colour,
    targetGroup: string | null,
  ): Promise<ColourState> => {
    const service = (await services).get(serviceName(of.name, which));
    const [revision, healthy] = await Promise.all([
      service?.taskDefinition === undefined ? null : definition(service.taskDefinition),
      targetGroup === null ? null : readHealthy(aws, targetGroup),
    ]);
    return {
      desired: service?.desiredCount ?? 0,
      running: service?.runningCount ?? 0,
      minimum: (await minimums).get(scalableResource(environment, of.name, which)) ?? 0,
      primary: service ? primaryOf(service) : null,
      revision: revision?.family === templateFamily(environment, of.name) ? null : revision,
      healthy,
    };
  };
  const readService = async (service: TargetService): Promise<ServiceState> => {
    const traffic = service.kind === 'http' ? await readTraffic(aws, target.environment, service) : null;
    const [blue, green, template, values, all] = await Promise.all([
      readColour(service, 'blue', traffic?.targetGroups.blue ?? null),
      readColour(service, 'green', traffic?.targetGroups.green ?? null),
      definition(templateFamily(environment, service.name)),
      parameters,
      services,
    ]);
    const { networkConfiguration, capacityProviderStrategy, launchType } =
      all.get(serviceName(service.name, 'blue')) ?? {};
    const providers = (capacityProviderStrategy?.length ?? 0) > 0;
    return {
      service,
      colours: byColour((each) => (each === 'blue' ? blue : green)),
      template,
      placement: {
        ...(networkConfiguration ? { networkConfiguration } : {}),
        ...(providers && capacityProviderStrategy ? { capacityProviderStrategy } : {}),
        ...(!providers && launchType ? { launchType } : {}),
      },
      traffic,
      bake:
        service.kind === 'http'
          ? releaseBake.parse(JSON.parse(values.get(bakeParameter(environment, service.name)) ?? ''))
          : null,
      activeColour:
        service.kind === 'queue'
          ? colour.parse(values.get(activeColourParameter(environment, service.name)))
          : null,
    };
  };
  const states = Promise.all(target.services.map(readService));
  const [repositories, sampleFunction, ledger, all] = await Promise.all([
    readRepositories(aws, target),
    readSampleFunction(aws, environment),
    readLedger(aws, environment),
    states,
    // Awaited here too, so that one that fails while another does is not left alone.
    parameters,
    services,
    minimums,
  ]);
  return { services: all, sampleFunction, repositories, ledger };
}
