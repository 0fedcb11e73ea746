import {
  DescribeScalableTargets$,
  RegisterScalableTarget$,
  type DescribeScalableTargetsRequest,
  type RegisterScalableTargetRequest,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeAlarms$,
  SetAlarmState$,
  type DescribeAlarmsInput,
  type SetAlarmStateInput,
} from '@aws-sdk/client-cloudwatch';
import { FilterLogEvents$, type FilterLogEventsRequest } from '@aws-sdk/client-cloudwatch-logs';
import { operation, type Operation } from '../aws-api/aws-api.ts';
import { AwsError } from '../aws-api/aws-error.ts';
import type { WatchedAlarm } from './alarms.ts';
import { arnMaker, type Cloud, type ScalableTarget } from './cloud.ts';

/** CloudWatch's alarms and logs, and the ranges that autoscaling keeps. */
export function watchingOperations(
  cloud: Cloud,
  onAlarm: (alarm: WatchedAlarm) => void,
): readonly Operation[] {
  return [
    operation(
      'cloudwatch',
      DescribeAlarms$,
      ({ AlarmNamePrefix = '', AlarmNames, StateValue }: DescribeAlarmsInput) => ({
        MetricAlarms: cloud.alarms
          .filter(
            ({ name, state }) =>
              name.startsWith(AlarmNamePrefix) &&
              (AlarmNames?.includes(name) ?? true) &&
              (StateValue ?? state) === state,
          )
          .map((alarm) => describeAlarm(cloud, alarm)),
      }),
    ),
    operation('cloudwatch', SetAlarmState$, ({ AlarmName, StateValue, StateReason }: SetAlarmStateInput) => {
      const alarm = cloud.alarms.find(({ name }) => name === AlarmName);
      if (!alarm) throw new AwsError('ResourceNotFound', `There is no alarm ${AlarmName ?? ''}`, 404);
      Object.assign(alarm, { state: StateValue, changedAt: new Date(), reason: StateReason });
      onAlarm(alarm);
      return {};
    }),
    operation(
      'logs',
      FilterLogEvents$,
      ({ logGroupName = '', startTime = 0, filterPattern = '' }: FilterLogEventsRequest) => {
        const lines = cloud.logs.get(logGroupName) ?? [];
        const wanted = filterPattern.replaceAll('"', '');
        return {
          events: lines.filter(
            ({ timestamp, message }) => timestamp >= startTime && message.includes(wanted),
          ),
        };
      },
    ),
    operation('autoscaling', DescribeScalableTargets$, ({ ResourceIds }: DescribeScalableTargetsRequest) => ({
      ScalableTargets: cloud.scalableTargets
        .filter(({ resourceId }) => ResourceIds?.includes(resourceId) ?? true)
        .map(describeTarget),
    })),
    operation(
      'autoscaling',
      RegisterScalableTarget$,
      ({ ResourceId, MinCapacity, MaxCapacity }: RegisterScalableTargetRequest) => {
        const target = cloud.scalableTargets.find(({ resourceId }) => resourceId === ResourceId);
        if (!target)
          throw new AwsError('ObjectNotFoundException', `No scalable target found for ${ResourceId ?? ''}`);
        target.minimum = MinCapacity ?? target.minimum;
        target.maximum = MaxCapacity ?? target.maximum;
        keepInRange(cloud, target);
        return {};
      },
    ),
  ];
}

/** As autoscaling does by itself: a service outside of its range is brought to its nearer end. */
function keepInRange({ services }: Cloud, { resourceId, minimum, maximum }: ScalableTarget): void {
  const [, cluster, name] = resourceId.split('/');
  const service = services.find((each) => each.cluster === cluster && each.name === name);
  if (service) service.desiredCount = Math.min(maximum, Math.max(minimum, service.desiredCount));
}

const describeTarget = ({ resourceId, minimum, maximum }: ScalableTarget) => ({
  ServiceNamespace: 'ecs',
  ScalableDimension: 'ecs:service:DesiredCount',
  ResourceId: resourceId,
  MinCapacity: minimum,
  MaxCapacity: maximum,
  RoleARN: 'arn:aws:iam::aws:role/aws-service-role/ecs.application-autoscaling.amazonaws.com',
  CreationTime: new Date(0),
});

const describeAlarm = ({ region, account }: Cloud, alarm: WatchedAlarm) => ({
  AlarmName: alarm.name,
  AlarmArn: arnMaker(region, account)('cloudwatch', 'alarm', alarm.name),
  StateValue: alarm.state,
  StateReason: alarm.reason,
  StateUpdatedTimestamp: alarm.changedAt,
  StateTransitionedTimestamp: alarm.changedAt,
  Threshold: alarm.threshold,
});
