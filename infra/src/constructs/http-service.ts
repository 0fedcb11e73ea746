import type { Colour } from '@foretell/core/contracts/release-bake';
import {
  alarmPrefix,
  bakeParameter,
  colourHeader,
  colours,
  targetGroupName,
} from '@foretell/core/contracts/release-names';
import { AppautoscalingPolicy, Construct, LbListenerRule, LbTargetGroup, SsmParameter } from '../cdktf.ts';
import { Alarm, type Metric } from './alarm.ts';
import type { LoadBalancer } from './load-balancer.ts';
import { ServiceTask, type ServiceTaskProps } from './service-task.ts';
import { TwinServices, type ScalableService, type TwinServicesProps } from './twin-services.ts';

export interface HttpServiceProps extends Omit<ServiceTaskProps, 'listens'> {
  readonly cluster: Pick<TwinServicesProps, 'clusterArn' | 'clusterName'>;
  readonly subnetIds: readonly string[];
  /** Besides its own, e.g. the database's clients. @default none */
  readonly securityGroupIds?: readonly string[];
  readonly balancer: LoadBalancer;
  readonly port: number;
  readonly healthPath: string;
  /** The names it answers to. */
  readonly hosts: readonly string[];
  /** Unique on its listener: test rules take this and the next number, the weighted rule the one 100 later. */
  readonly priority: number;
  readonly alarmTopicArn: string;
  /** 99 of 100 requests are answered within. */
  readonly p99Seconds: number;
  /** Requests a minute one task is to have before another is started. */
  readonly requestsPerTask: number;
}

/**
 * A service that answers HTTP as blue and green behind one weighted rule: moving traffic is one ModifyRule, which is the
 * release tool's (or the guard's) and no business of a plan.
 */
export class HttpService extends Construct {
  readonly task: ServiceTask;
  readonly ruleArn: string;
  readonly targetGroupArns: Readonly<Record<Colour, string>>;
  readonly bakeParameter: string;
  readonly bakeParameterArn: string;
  /** Every alarm of the service starts with it: the guard knows whose an alarm is. */
  readonly alarmPrefix: string;
  readonly alarmArns: readonly string[];
  private readonly groups: Readonly<Record<Colour, LbTargetGroup>>;

  constructor(scope: Construct, id: string, props: HttpServiceProps) {
    super(scope, id);
    const { environment, service, size, port, balancer } = props;
    this.alarmPrefix = alarmPrefix(environment.name, service);
    this.task = new ServiceTask(this, 'task', {
      ...props,
      listens: { port, fromGroupId: balancer.securityGroupId },
    });
    const group = (colour: Colour) => this.targetGroup(colour, props);
    this.groups = { blue: group('blue'), green: group('green') };
    this.targetGroupArns = { blue: this.groups.blue.arn, green: this.groups.green.arn };
    const rules = this.rules(props);
    this.ruleArn = rules.weighted.arn;
    const twins = new TwinServices(this, 'services', {
      service,
      ...props.cluster,
      task: this.task,
      size,
      subnetIds: props.subnetIds,
      securityGroupIds: [this.task.securityGroupId, ...(props.securityGroupIds ?? [])],
      balanced: {
        targetGroupArns: this.targetGroupArns,
        containerPort: port,
        after: [rules.weighted, ...rules.tests],
      },
    });
    for (const twin of twins.services) this.scale(twin, props);
    const bake = new SsmParameter(this, 'bake', {
      name: bakeParameter(environment.name, service),
      description: 'Whether a release is being watched: core/src/contracts/release-bake.ts',
      type: 'String',
      value: JSON.stringify({ state: 'idle' }),
      lifecycle: { ignoreChanges: ['value'] },
    });
    this.bakeParameter = bake.name;
    this.bakeParameterArn = bake.arn;
    this.alarmArns = this.alarms(props).map(({ arn }) => arn);
  }

  private targetGroup(colour: Colour, props: HttpServiceProps): LbTargetGroup {
    return new LbTargetGroup(this, `targets-${colour}`, {
      name: targetGroupName(props.environment.short, props.service, colour),
      vpcId: props.vpcId,
      targetType: 'ip',
      protocol: 'HTTP',
      port: props.port,
      deregistrationDelay: '30',
      loadBalancingAlgorithmType: 'least_outstanding_requests',
      healthCheck: {
        enabled: true,
        path: props.healthPath,
        matcher: '200',
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
    });
  }

  private rules({ environment, service, balancer, hosts, priority }: HttpServiceProps) {
    const host = { hostHeader: { values: [...hosts] } };
    // The balancer is open to all: without a value that only AWS's APIs tell, anybody could ask the build that stands by.
    const door = new SsmParameter(this, 'test-door', {
      name: `/foretell/${environment.name}/${service}/test-door`,
      description: `What follows the colour in the header ${colourHeader}`,
      type: 'String',
      // Drawn once, when the parameter is made; Terraform treats it as sensitive.
      value: '${uuid()}',
      lifecycle: { ignoreChanges: ['value'] },
    });
    const tests = colours.map(
      (colour, index) =>
        new LbListenerRule(this, `test-${colour}`, {
          listenerArn: balancer.listenerArn,
          priority: priority + index,
          condition: [
            host,
            { httpHeader: { httpHeaderName: colourHeader, values: [`${colour}-${door.value}`] } },
          ],
          action: [{ type: 'forward', targetGroupArn: this.targetGroupArns[colour] }],
          tags: { purpose: 'test', colour },
        }),
    );
    const weighted = new LbListenerRule(this, 'weighted', {
      listenerArn: balancer.listenerArn,
      priority: priority + 100,
      condition: [host],
      action: [
        {
          type: 'forward',
          forward: {
            targetGroup: [
              { arn: this.targetGroupArns.blue, weight: 100 },
              { arn: this.targetGroupArns.green, weight: 0 },
            ],
            stickiness: { enabled: false, duration: 1 },
          },
        },
      ],
      tags: { purpose: 'traffic' },
      lifecycle: { ignoreChanges: ['action'] },
    });
    return { weighted, tests };
  }

  private scale(twin: ScalableService, { balancer, requestsPerTask }: HttpServiceProps): void {
    const policy = (measure: string, target: number, resourceLabel?: string) =>
      new AppautoscalingPolicy(this, `scale-${twin.colour}-${measure}`, {
        name: `${twin.name}-${measure}`,
        policyType: 'TargetTrackingScaling',
        resourceId: twin.resourceId,
        scalableDimension: twin.scalableDimension,
        serviceNamespace: twin.serviceNamespace,
        targetTrackingScalingPolicyConfiguration: {
          targetValue: target,
          scaleOutCooldown: 30,
          scaleInCooldown: 300,
          predefinedMetricSpecification: {
            predefinedMetricType: measure,
            ...(resourceLabel === undefined ? {} : { resourceLabel }),
          },
        },
      });
    const group = this.groups[twin.colour];
    policy('ALBRequestCountPerTarget', requestsPerTask, `${balancer.arnSuffix}/${group.arnSuffix}`);
    policy('ECSServiceAverageCPUUtilization', 60);
  }

  private alarms({
    balancer,
    alarmTopicArn: topicArn,
    p99Seconds,
    service,
  }: HttpServiceProps): readonly Alarm[] {
    return colours.flatMap((colour) => {
      const metric = (name: string, statistic: string): Metric => ({
        namespace: 'AWS/ApplicationELB',
        name,
        statistic,
        dimensions: { LoadBalancer: balancer.arnSuffix, TargetGroup: this.groups[colour].arnSuffix },
      });
      const alarm = (
        what: string,
        rest: Pick<ConstructorParameters<typeof Alarm>[2], 'description' | 'watch' | 'above'>,
      ) =>
        new Alarm(this, `alarm-${colour}-${what}`, {
          name: `${this.alarmPrefix}${colour}-${what}`,
          topicArn,
          ...rest,
        });
      return [
        alarm('errors', {
          description: `${service} (${colour}) answers more than 1 % of its requests with a 5xx`,
          // A handful of requests prove nothing: under 20 a minute the share counts as none.
          watch: {
            expression: 'IF(requests >= 20, 100 * FILL(errors, 0) / requests, 0)',
            metrics: {
              errors: metric('HTTPCode_Target_5XX_Count', 'Sum'),
              requests: metric('RequestCount', 'Sum'),
            },
          },
          above: 1,
        }),
        alarm('latency', {
          description: `${service} (${colour}) answers 1 of 100 requests later than ${p99Seconds} s`,
          watch: metric('TargetResponseTime', 'p99'),
          above: p99Seconds,
        }),
        alarm('unhealthy', {
          description: `${service} (${colour}) has tasks that fail their health check`,
          watch: metric('UnHealthyHostCount', 'Maximum'),
          above: 0,
        }),
      ];
    });
  }
}
