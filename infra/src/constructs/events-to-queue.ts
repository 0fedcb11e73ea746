import { CloudwatchEventRule, CloudwatchEventTarget, Construct } from '../cdktf.ts';

export interface EventRuleProps {
  readonly name: string;
  readonly description: string;
  readonly when: { readonly schedule: string } | { readonly pattern: object };
}

export interface QueueTargetProps {
  readonly queueArn: string;
  /** What of the event is named in `template`, e.g. `{id: '$.id'}`. @default the event goes as it is */
  readonly message?: { readonly paths: Readonly<Record<string, string>>; readonly template: string };
}

/** Sends a queue what happens on AWS, or a message by the clock. The rule comes first: the queue's policy names it. */
export class EventsToQueue extends Construct {
  readonly ruleArn: string;
  private readonly ruleName: string;

  constructor(scope: Construct, id: string, { name, description, when }: EventRuleProps) {
    super(scope, id);
    const rule = new CloudwatchEventRule(this, 'rule', {
      name,
      description,
      ...('schedule' in when
        ? { scheduleExpression: when.schedule }
        : { eventPattern: JSON.stringify(when.pattern) }),
    });
    this.ruleArn = rule.arn;
    this.ruleName = rule.name;
  }

  sendTo({ queueArn, message }: QueueTargetProps): void {
    new CloudwatchEventTarget(this, 'target', {
      rule: this.ruleName,
      arn: queueArn,
      ...(message
        ? { inputTransformer: { inputPaths: { ...message.paths }, inputTemplate: message.template } }
        : {}),
    });
  }
}
