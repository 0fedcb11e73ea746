import { messages, queueNames, type QueueName } from '@foretell/core/contracts/messages';
import type { Construct } from '../cdktf.ts';
import { EventsToQueue } from '../constructs/events-to-queue.ts';
import type { HouseStack } from '../constructs/house-stack.ts';
import { MailIdentity, type MailAttributes } from '../constructs/mail-identity.ts';
import { QueueAccess, QueueWithDeadLetters } from '../constructs/queue-with-dead-letters.ts';
import type { Environment } from '../environments.ts';
import { EnvironmentStack } from './environment-stack.ts';

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
  readonly mail: MailAttributes;
}

/** Queues with their dead letters, what AWS and the clock put into them, and the identity mail is sent from. */
export class MessagingStack extends EnvironmentStack<Readonly<Record<string, string>>> {
  constructor(scope: Construct, environment: Environment) {
    super(scope, 'messaging', environment);
    const { name } = environment;
    const looks = new EventsToQueue(this, 'experiment-looks', {
      name: `foretell-${name}-experiment-looks`,
      description: 'Takes a look at every running experiment, each hour',
      when: { schedule: 'rate(1 hour)' },
    });
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
    const senders: Partial<Record<AnyQueueName, readonly string[]>> = {
      [messages['experiment.analyze'].queue]: [looks.ruleArn],
      [eventQueue]: [spark.ruleArn],
    };
    const queue = (queueName: AnyQueueName) =>
      new QueueWithDeadLetters(this, `queue-${queueName}`, {
        name: `foretell-${name}-${queueName}`,
        visibilitySeconds: visibilitySeconds[queueName],
        eventRuleArns: senders[queueName] ?? [],
      });
    const made = queueNames.map((queueName) => ({ queueName, ...queue(queueName).access.attributes }));
    for (const { queueName, arn } of made)
      if (queueName === messages['experiment.analyze'].queue) looks.sendTo({ queueArn: arn, message: look });
    spark.sendTo({ queueArn: queue(eventQueue).access.attributes.arn });
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
        ...Object.entries(mail).map(([key, value]) => [`mail_${key}`, value]),
      ]) as Record<string, string>,
    );
  }

  of(consumer: HouseStack): Messaging {
    const outputs = this.in(consumer);
    const text = (name: string) => outputs[name] as string;
    const queues = queueNames.map((queueName) => [
      queueName,
      new QueueAccess({
        name: `foretell-${this.environment.name}-${queueName}`,
        url: text(`queue_${queueName}_url`),
        arn: text(`queue_${queueName}_arn`),
      }),
    ]);
    return {
      queues: Object.fromEntries(queues) as Record<QueueName, QueueAccess>,
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

/** The nil workspace means every workspace. The event's own id and time make each hour's message one of its kind. */
const look = {
  paths: { id: '$.id', time: '$.time' },
  template: JSON.stringify({
    id: '<id>',
    type: 'experiment.analyze',
    version: 1,
    workspace: '00000000-0000-0000-0000-000000000000',
    createdAt: '<time>',
    payload: {},
  }),
};
