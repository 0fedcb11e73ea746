import { queueNames, type QueueName } from '@foretell/core/contracts/messages';
import type { Construct } from '../cdktf.ts';
import { Alarm } from '../constructs/alarm.ts';
import { AlarmTopic } from '../constructs/alarm-topic.ts';
import { EventsToQueue } from '../constructs/events-to-queue.ts';
import type { HouseStack } from '../constructs/house-stack.ts';
import { MailIdentity, type MailAttributes } from '../constructs/mail-identity.ts';
import { QueueAccess, QueueWithDeadLetters } from '../constructs/queue-with-dead-letters.ts';
import type { Environment } from '../environments.ts';
import { scheduled, scheduledMessage } from '../schedules.ts';
import { EnvironmentStack } from './environment-stack.ts';
import type { FoundationStack } from './foundation.ts';

/** Queues of AWS's own events, besides those of our messages. */
const eventQueue = 'spark-events';
type AnyQueueName = QueueName | typeof eventQueue;

/** Seconds a message is hidden before the first heartbeat prolongs it. */
const visibilitySeconds: Readonly<Record<AnyQueueName, number>> = {
  imports: 120,
  records: 60,
  trainings: 120,
  assignments: 60,
  metrics: 120,
  'batch-predictions': 120,
  notifications: 30,
  'spark-events': 60,
};

export interface Messaging {
  readonly queues: Readonly<Record<QueueName, QueueAccess>>;
  /** What EMR says of its jobs. */
  readonly sparkEvents: QueueAccess;
  readonly mail: MailAttributes;
  readonly alarmTopicArn: string;
}

/** Queues with their dead letters, what AWS and the clock put into them, and the identity mail is sent from. */
export class MessagingStack extends EnvironmentStack<Readonly<Record<string, string>>> {
  constructor(scope: Construct, environment: Environment, foundationStack: FoundationStack) {
    super(scope, 'messaging', environment);
    const { name, account, region, alarmEmails: emails } = environment;
    const { keyArn } = this.foundation(foundationStack);
    const topic = new AlarmTopic(this, 'alarms', {
      name: `foretell-${name}-alarms`,
      account,
      region,
      keyArn,
      emails,
    });
    const clocks = scheduled.map((schedule) => ({
      schedule,
      rule: new EventsToQueue(this, schedule.rule, {
        name: `foretell-${name}-${schedule.rule}`,
        description: schedule.description,
        when: { schedule: schedule.expression },
      }),
    }));
    const spark = new EventsToQueue(this, 'spark-states', {
      name: `foretell-${name}-spark-states`,
      description: 'EMR steps, clusters and job runs that changed their state',
      when: {
        pattern: {
          source: ['aws.emr', 'aws.emr-serverless'],
          'detail-type': [
            'EMR Step Status Change',
            'EMR Cluster State Change',
            'EMR Serverless Job Run State Change',
          ],
        },
      },
    });
    const made = ([...queueNames, eventQueue] as const).map((queueName) => {
      const sentByClock = clocks.filter(({ schedule }) => schedule.queue === queueName);
      const rules = queueName === eventQueue ? [spark] : sentByClock.map(({ rule }) => rule);
      const { access, deadLettersName } = new QueueWithDeadLetters(this, `queue-${queueName}`, {
        name: `foretell-${name}-${queueName}`,
        visibilitySeconds: visibilitySeconds[queueName],
        eventRuleArns: rules.map(({ ruleArn }) => ruleArn),
      });
      this.deadLetterAlarm(queueName, deadLettersName, topic.arn);
      const { arn: queueArn } = access.attributes;
      for (const { schedule, rule } of sentByClock)
        rule.sendTo({ queueArn, message: scheduledMessage(schedule) });
      if (queueName === eventQueue) spark.sendTo({ queueArn });
      return { queueName, ...access.attributes };
    });
    const mail = new MailIdentity(this, 'mail', {
      domain: environment.domain,
      name: `foretell-${name}`,
    }).attributes;
    this.publish(
      Object.fromEntries([
        ...made.flatMap(({ queueName, url, arn }) => [
          [`queue_${queueName}_url`, url],
          [`queue_${queueName}_arn`, arn],
        ]),
        ['alarm_topic_arn', topic.arn],
        ...Object.entries<string>({ ...mail }).map(([key, value]) => [`mail_${key}`, value]),
      ]) as Record<string, string>,
    );
  }

  private deadLetterAlarm(queueName: AnyQueueName, deadLetters: string, topicArn: string): void {
    new Alarm(this, `alarm-${queueName}`, {
      name: deadLetters,
      description: `Messages of ${queueName} could not be handled: read their error attribute, mend, redrive`,
      topicArn,
      watch: {
        namespace: 'AWS/SQS',
        name: 'ApproximateNumberOfMessagesVisible',
        dimensions: { QueueName: deadLetters },
        statistic: 'Maximum',
      },
      above: 0,
      forMinutes: 1,
    });
  }

  of(consumer: HouseStack): Messaging {
    const outputs = this.in(consumer);
    const text = (name: string) => outputs[name] as string;
    const access = (queueName: AnyQueueName) =>
      new QueueAccess({
        name: `foretell-${this.environment.name}-${queueName}`,
        url: text(`queue_${queueName}_url`),
        arn: text(`queue_${queueName}_arn`),
      });
    const queues = queueNames.map((queueName) => [queueName, access(queueName)]);
    return {
      alarmTopicArn: text('alarm_topic_arn'),
      queues: Object.fromEntries(queues) as Record<QueueName, QueueAccess>,
      sparkEvents: access(eventQueue),
      mail: {
        domain: this.environment.domain,
        mailFromDomain: text('mail_mailFromDomain'),
        dkimTokens: text('mail_dkimTokens'),
        identityArn: text('mail_identityArn'),
        configurationSet: text('mail_configurationSet'),
        configurationSetArn: text('mail_configurationSetArn'),
      },
    };
  }
}
