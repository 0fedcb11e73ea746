import { Construct, SnsTopic, SnsTopicPolicy, SnsTopicSubscription } from '../cdktf.ts';
import { policyDocument } from '../iam.ts';

export interface AlarmTopicProps {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly keyArn: string;
  readonly emails: readonly string[];
}

/** Where alarms go: an encrypted topic, and the people who confirmed that they want its mails. */
export class AlarmTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, account, region, keyArn, emails }: AlarmTopicProps) {
    super(scope, id);
    const topic = new SnsTopic(this, 'topic', { name, region, kmsMasterKeyId: keyArn });
    this.arn = topic.arn;
    new SnsTopicPolicy(this, 'policy', {
      arn: topic.arn,
      region,
      policy: policyDocument([
        {
          sid: 'AlarmsOfThisAccount',
          principals: { Service: 'cloudwatch.amazonaws.com' },
          actions: ['sns:Publish'],
          resources: [topic.arn],
          conditions: { StringEquals: { 'aws:SourceAccount': account } },
        },
        {
          sid: 'TlsOnly',
          effect: 'Deny',
          principals: '*',
          actions: ['sns:Publish'],
          resources: [topic.arn],
          conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
    });
    for (const [index, endpoint] of emails.entries())
      new SnsTopicSubscription(this, `email-${index}`, {
        topicArn: topic.arn,
        region,
        protocol: 'email',
        endpoint,
      });
  }
}
