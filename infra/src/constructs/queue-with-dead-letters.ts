import {
  Construct,
  SqsQueue,
  SqsQueuePolicy,
  SqsQueueRedriveAllowPolicy,
  SqsQueueRedrivePolicy,
} from '../cdktf.ts';
import { policyDocument, type Statement } from '../iam.ts';
import type { Grantee } from './role.ts';

export interface QueueWithDeadLettersProps {
  readonly name: string;
  /** How long a message is hidden while it is handled; the workers' heartbeat prolongs it. */
  readonly visibilitySeconds: number;
  /** ARNs of EventBridge rules that send to it. @default none */
  readonly eventRuleArns?: readonly string[];
}

export interface QueueAttributes {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
}

/** A queue as other stacks know it. */
export class QueueAccess {
  readonly attributes: QueueAttributes;

  constructor(attributes: QueueAttributes) {
    this.attributes = attributes;
  }

  grantSend(grantee: Grantee): void {
    grantee.allow({
      actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes'],
      resources: [this.attributes.arn],
    });
  }

  /** A worker also sends to the dead letters, what is invalid at once, and reads there whose jobs were given up. */
  grantConsume(grantee: Grantee): void {
    const consume = [
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:ChangeMessageVisibility',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
    ];
    const { arn } = this.attributes;
    grantee.allow(
      { actions: consume, resources: [arn] },
      { actions: [...consume, 'sqs:SendMessage'], resources: [`${arn}-dead-letters`] },
    );
  }
}

/** As the laptop's queues have it. */
export const maximumReceives = 5;
const fourteenDays = 14 * 24 * 3600;

/** A queue, the queue of what could not be handled, and the rule that only the one may fill the other. */
export class QueueWithDeadLetters extends Construct {
  readonly access: QueueAccess;
  readonly deadLettersName: string;

  constructor(scope: Construct, id: string, props: QueueWithDeadLettersProps) {
    super(scope, id);
    const deadLetters = new SqsQueue(this, 'dead-letters', {
      name: `${props.name}-dead-letters`,
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: fourteenDays,
    });
    const queue = new SqsQueue(this, 'queue', {
      name: props.name,
      sqsManagedSseEnabled: true,
      visibilityTimeoutSeconds: props.visibilitySeconds,
      receiveWaitTimeSeconds: 20,
      messageRetentionSeconds: fourteenDays,
    });
    new SqsQueueRedrivePolicy(this, 'redrive', {
      queueUrl: queue.url,
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: maximumReceives,
      }),
    });
    new SqsQueueRedriveAllowPolicy(this, 'redrive-allow', {
      queueUrl: deadLetters.url,
      redriveAllowPolicy: JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns: [queue.arn] }),
    });
    for (const [part, target] of [
      ['queue-policy', queue],
      ['dead-letters-policy', deadLetters],
    ] as const)
      new SqsQueuePolicy(this, part, {
        queueUrl: target.url,
        policy: policyDocument([
          {
            sid: 'TlsOnly',
            effect: 'Deny',
            principals: '*',
            actions: ['sqs:*'],
            resources: [target.arn],
            conditions: { Bool: { 'aws:SecureTransport': 'false' } },
          },
          ...(part === 'queue-policy' ? fromEvents(target.arn, props.eventRuleArns ?? []) : []),
        ]),
      });
    this.deadLettersName = deadLetters.name;
    this.access = new QueueAccess({ name: queue.name, url: queue.url, arn: queue.arn });
  }
}

function fromEvents(queueArn: string, ruleArns: readonly string[]): readonly Statement[] {
  if (ruleArns.length === 0) return [];
  return [
    {
      sid: 'FromEventRules',
      principals: { Service: 'events.amazonaws.com' },
      actions: ['sqs:SendMessage'],
      resources: [queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': ruleArns } },
    },
  ];
}
