import type { Colour } from '@foretell/core/contracts/release-bake';
import { colours, serviceName } from '@foretell/core/contracts/release-names';
import { AppautoscalingTarget, Construct, EcsService, type ITerraformDependable } from '../cdktf.ts';
import type { ServiceSize } from '../environments.ts';
import type { ServiceTask } from './service-task.ts';

export interface TwinServicesProps {
  readonly service: string;
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly task: ServiceTask;
  readonly size: ServiceSize;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** The share of tasks that may be taken away at short notice, for a third of the price. @default none */
  readonly spot?: boolean;
  /** @default no load balancer */
  readonly balanced?: {
    readonly targetGroupArns: Readonly<Record<Colour, string>>;
    readonly containerPort: number;
    /** A service cannot be made before its target groups are behind a rule. */
    readonly after: readonly ITerraformDependable[];
  };
}

export interface ScalableService {
  readonly colour: Colour;
  readonly name: string;
  readonly resourceId: string;
  readonly scalableDimension: string;
  readonly serviceNamespace: string;
}

/**
 * Blue and green: one is live, the other holds the previous good build. Which revision each runs, and how many tasks, is
 * the release tool's and the autoscaler's to say; Terraform made them with none and does not look again.
 */
export class TwinServices extends Construct {
  readonly services: readonly ScalableService[];

  constructor(scope: Construct, id: string, props: TwinServicesProps) {
    super(scope, id);
    this.services = colours.map((colour) => this.service(colour, props));
  }

  private service(colour: Colour, props: TwinServicesProps): ScalableService {
    const { balanced } = props;
    const service = new EcsService(this, colour, {
      name: serviceName(props.service, colour),
      cluster: props.clusterArn,
      taskDefinition: props.task.templateArn,
      desiredCount: 0,
      platformVersion: 'LATEST',
      capacityProviderStrategy: [{ capacityProvider: props.spot ? 'FARGATE_SPOT' : 'FARGATE', weight: 1 }],
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      availabilityZoneRebalancing: 'ENABLED',
      enableEcsManagedTags: true,
      propagateTags: 'SERVICE',
      waitForSteadyState: false,
      networkConfiguration: {
        subnets: [...props.subnetIds],
        securityGroups: [...props.securityGroupIds],
        assignPublicIp: false,
      },
      ...(balanced
        ? {
            healthCheckGracePeriodSeconds: 60,
            loadBalancer: [
              {
                targetGroupArn: balanced.targetGroupArns[colour],
                containerName: props.service,
                containerPort: balanced.containerPort,
              },
            ],
            dependsOn: [...balanced.after],
          }
        : {}),
      tags: { service: props.service, colour },
      lifecycle: { ignoreChanges: ['task_definition', 'desired_count'] },
    });
    const target = new AppautoscalingTarget(this, `${colour}-range`, {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: `service/${props.clusterName}/${service.name}`,
      // A release raises the live colour's minimum, and lowers the standby's when it is no longer kept warm.
      minCapacity: 0,
      maxCapacity: props.size.maximumTasks,
      lifecycle: { ignoreChanges: ['min_capacity'] },
    });
    return {
      colour,
      name: service.name,
      resourceId: target.resourceId,
      scalableDimension: target.scalableDimension,
      serviceNamespace: target.serviceNamespace,
    };
  }
}
