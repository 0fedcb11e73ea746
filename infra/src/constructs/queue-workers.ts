import { activeColourParameter } from '@foretell/core/contracts/release-names';
import { AppautoscalingPolicy, Construct, SsmParameter } from '../cdktf.ts';
import { Alarm } from './alarm.ts';
import { longestWaits, type WorkQueues } from './longest-wait.ts';
import { ServiceTask, type ServiceTaskProps } from './service-task.ts';
import { TwinServices, type ScalableService, type TwinServicesProps } from './twin-services.ts';

export interface QueueWorkersProps extends Omit<ServiceTaskProps, 'listens'> {
  readonly cluster: Pick<TwinServicesProps, 'clusterArn' | 'clusterName'>;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly spot: boolean;
  readonly queues: WorkQueues;
  readonly alarmTopicArn: string;
  /** Messages waiting for each task before another is started. */
  readonly backlogPerTask: number;
  /** A message that waits longer starts more tasks at once. */
  readonly longestWaitSeconds: number;
}

/**
 * Workers as blue and green with no listener between: both ask the parameter which of them is live, and the other stops
 * receiving. They scale on how much waits for each task, and on how long the oldest message has waited.
 */
export class QueueWorkers extends Construct {
  readonly task: ServiceTask;
  readonly activeColourParameter: string;

  constructor(scope: Construct, id: string, props: QueueWorkersProps) {
    super(scope, id);
    const { environment, service, size } = props;
    this.task = new ServiceTask(this, 'task', props);
    const parameter = new SsmParameter(this, 'active-colour', {
      name: activeColourParameter(environment.name, service),
      description: 'The colour whose workers receive messages; a rollback is one PutParameter',
      type: 'String',
      value: 'blue',
      allowedPattern: '^(blue|green)$',
      lifecycle: { ignoreChanges: ['value'] },
    });
    this.activeColourParameter = parameter.name;
    this.task.taskRole.allow({ actions: ['ssm:GetParameter'], resources: [parameter.arn] });
    const twins = new TwinServices(this, 'services', {
      service,
      ...props.cluster,
      task: this.task,
      size,
      subnetIds: props.subnetIds,
      securityGroupIds: [this.task.securityGroupId, ...props.securityGroupIds],
      spot: props.spot,
    });
    for (const twin of twins.services) {
      this.scaleByBacklog(twin, props);
      this.scaleByAge(twin, props);
    }
    this.waitAlarms(props);
  }

  private scaleByBacklog(twin: ScalableService, props: QueueWorkersProps): void {
    const { streams, jobs } = props.queues;
    const waiting = [...streams, ...jobs].map((queue, index) => ({
      id: `queue${index}`,
      returnData: false,
      metricStat: {
        stat: 'Maximum',
        metric: {
          namespace: 'AWS/SQS',
          metricName: 'ApproximateNumberOfMessagesVisible',
          dimensions: [{ name: 'QueueName', value: queue }],
        },
      },
    }));
    new AppautoscalingPolicy(this, `scale-${twin.colour}-backlog`, {
      name: `${twin.name}-backlog-per-task`,
      policyType: 'TargetTrackingScaling',
      resourceId: twin.resourceId,
      scalableDimension: twin.scalableDimension,
      serviceNamespace: twin.serviceNamespace,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: props.backlogPerTask,
        scaleOutCooldown: 60,
        scaleInCooldown: 600,
        customizedMetricSpecification: {
          metrics: [
            ...waiting,
            {
              id: 'tasks',
              returnData: false,
              metricStat: {
                stat: 'Average',
                metric: {
                  namespace: 'ECS/ContainerInsights',
                  metricName: 'RunningTaskCount',
                  dimensions: [
                    { name: 'ClusterName', value: props.cluster.clusterName },
                    { name: 'ServiceName', value: twin.name },
                  ],
                },
              },
            },
            {
              id: 'backlog',
              label: 'Messages waiting for each task',
              // A standby with no tasks has no backlog of its own.
              expression: `IF(tasks > 0, (${waiting.map(({ id }) => id).join(' + ')}) / tasks, 0)`,
              returnData: true,
            },
          ],
        },
      },
    });
  }

  private scaleByAge(twin: ScalableService, props: QueueWorkersProps): void {
    const policy = new AppautoscalingPolicy(this, `scale-${twin.colour}-age`, {
      name: `${twin.name}-oldest-message`,
      policyType: 'StepScaling',
      resourceId: twin.resourceId,
      scalableDimension: twin.scalableDimension,
      serviceNamespace: twin.serviceNamespace,
      stepScalingPolicyConfiguration: {
        adjustmentType: 'PercentChangeInCapacity',
        minAdjustmentMagnitude: 1,
        cooldown: 120,
        metricAggregationType: 'Maximum',
        // 50 % more of what runs: nothing more of a standby that runs nothing.
        stepAdjustment: [{ metricIntervalLowerBound: '0', scalingAdjustment: 50 }],
      },
    });
    for (const { of, ...watch } of longestWaits(props.queues))
      new Alarm(this, `old-${of}-${twin.colour}`, {
        name: `foretell-${props.environment.name}-${twin.name}-${of}-scale-on-age`,
        description: 'Starts more workers; nobody needs to act',
        scalingPolicyArn: policy.arn,
        watch,
        above: props.longestWaitSeconds,
        forMinutes: 1,
      });
  }

  private waitAlarms({ environment, service, alarmTopicArn, queues, longestWaitSeconds }: QueueWorkersProps) {
    for (const { of, ...watch } of longestWaits(queues))
      new Alarm(this, `alarm-wait-${of}`, {
        name: `foretell-${environment.name}-${service}-${of}-wait`,
        description: `A message of the ${of} has waited far longer than scaling should allow: are workers running?`,
        topicArn: alarmTopicArn,
        watch,
        above: longestWaitSeconds * 5,
        forMinutes: 5,
      });
  }
}
