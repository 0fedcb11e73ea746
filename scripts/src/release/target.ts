import { clusterName } from '@foretell/core/contracts/release-names';
import { imageNames, runsOn, type Environment, type ImageName } from '@foretell/infra/environments';
import { dashboardDomain, publicApiDomain } from '@foretell/infra/names';

export type ServiceName = 'backend' | 'prediction-api' | 'workers';

/** One twin service, as a release sees it. */
export interface TargetService {
  readonly name: ServiceName;
  /** Traffic comes by a weighted rule, or messages by the active colour. */
  readonly kind: 'http' | 'queue';
  /** What a first release starts; afterwards the standby gets as many tasks as the live colour has. */
  readonly firstTasks: number;
  /** Asked of the new colour before traffic is; each must answer 200. */
  readonly smokePaths: readonly string[];
  /** Where the public reaches it: for a balancer that only answers inside the VPC. */
  readonly publicOrigin: string | null;
}

/** An environment, as a release sees it. */
export interface Target {
  readonly environment: Environment;
  readonly cluster: string;
  /** Those on ECS: what runs on Elastic Beanstalk is released with Terraform (docs/infrastructure.md). */
  readonly services: readonly TargetService[];
  readonly images: readonly ImageName[];
}

const smokePaths: Readonly<Record<ServiceName, readonly string[]>> = {
  backend: ['/healthz', '/readyz', '/api/openapi.json', '/'],
  'prediction-api': ['/healthz', '/readyz', '/v1/openapi.json'],
  workers: [],
};

/** Traffic moves in this order: who is asked first, who does the work after. */
const order = ['prediction-api', 'backend', 'workers'] as const;

export function targetOf(environment: Environment): Target {
  const { services } = environment;
  const origins: Readonly<Record<ServiceName, string | null>> = {
    backend: `https://${dashboardDomain(environment)}`,
    'prediction-api': `https://${publicApiDomain(environment)}`,
    workers: null,
  };
  return {
    environment,
    cluster: clusterName(environment.name),
    images: imageNames,
    services: order
      // Also where ECS only stands beside: it is released to before traffic is moved to it.
      .filter((name) => runsOn(services[name], 'ecs'))
      .map((name) => ({
        name,
        kind: name === 'workers' ? 'queue' : 'http',
        firstTasks: Math.min(2, services[name].maximumTasks),
        smokePaths: smokePaths[name],
        publicOrigin: origins[name],
      })),
  };
}
