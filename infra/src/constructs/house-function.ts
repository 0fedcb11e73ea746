import {
  Construct,
  LambdaFunction,
  LambdaFunctionEventInvokeConfig,
  SqsQueue,
  SqsQueuePolicy,
} from '../cdktf.ts';
import type { Environment } from '../environments.ts';
import { policyDocument } from '../iam.ts';
import { Alarm } from './alarm.ts';
import { LogGroup } from './log-group.ts';
import { Role, type Grantee } from './role.ts';

/** The function's code: an image by digest, or a zip beside the stack. */
export type FunctionCode =
  | { readonly imageUri: string }
  | { readonly zip: { readonly path: string; readonly sha256Base64: string }; readonly handler: string };

export interface FunctionProps {
  readonly name: string;
  readonly description: string;
  readonly environment: Environment;
  readonly keyArn: string;
  readonly alarmTopicArn: string;
  readonly code: FunctionCode;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Room in /tmp. @default 512 */
  readonly storageMb?: number;
  /** Invocations at once, taken from the account's and kept for this function. */
  readonly reservedConcurrency: number;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

const given = (variables: FunctionProps['variables']): readonly (readonly [string, string])[] =>
  Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));

export interface FunctionAttributes {
  readonly name: string;
  readonly arn: string;
}

export function grantInvoke({ arn }: FunctionAttributes, grantee: Grantee): void {
  grantee.allow({ actions: ['lambda:InvokeFunction'], resources: [arn] });
}

/** A Lambda function with a role of its own, kept logs, dead letters for what nobody waits for, and alarms. */
export class HouseFunction extends Construct {
  readonly attributes: FunctionAttributes;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: FunctionProps) {
    super(scope, id);
    const { name, environment, keyArn, code } = props;
    this.role = new Role(this, 'role', {
      name: `${name}-function`,
      account: environment.account,
      description: props.description,
      services: ['lambda.amazonaws.com'],
    });
    const logs = new LogGroup(this, 'logs', { name: `/aws/lambda/${name}`, keyArn, environment });
    logs.grantWrite(this.role);
    const deadLetters = new SqsQueue(this, 'dead-letters', {
      name: `${name}-dead-letters`,
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 14 * 24 * 3600,
    });
    this.tlsOnly(deadLetters);
    this.role.allow({ actions: ['sqs:SendMessage'], resources: [deadLetters.arn] });
    const lambda = new LambdaFunction(this, 'function', {
      functionName: name,
      description: props.description,
      role: this.role.arn,
      architectures: ['x86_64'],
      memorySize: props.memoryMb,
      timeout: props.timeoutSeconds,
      ephemeralStorage: { size: props.storageMb ?? 512 },
      reservedConcurrentExecutions: props.reservedConcurrency,
      environment: { variables: Object.fromEntries(given(props.variables)) },
      deadLetterConfig: { targetArn: deadLetters.arn },
      loggingConfig: { logFormat: 'JSON', logGroup: logs.name },
      tracingConfig: { mode: 'PassThrough' },
      ...('imageUri' in code
        ? // A release moves the image on; Terraform made the first.
          { packageType: 'Image', imageUri: code.imageUri, lifecycle: { ignoreChanges: ['image_uri'] } }
        : {
            packageType: 'Zip',
            runtime: 'nodejs24.x',
            handler: code.handler,
            filename: code.zip.path,
            sourceCodeHash: code.zip.sha256Base64,
          }),
    });
    new LambdaFunctionEventInvokeConfig(this, 'asynchronous', {
      functionName: lambda.functionName,
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 3600,
    });
    this.attributes = { name: lambda.functionName, arn: lambda.arn };
    this.alarms(props, deadLetters.name);
  }

  private tlsOnly(queue: SqsQueue): void {
    new SqsQueuePolicy(this, 'dead-letters-policy', {
      queueUrl: queue.url,
      policy: policyDocument([
        {
          sid: 'TlsOnly',
          effect: 'Deny',
          principals: '*',
          actions: ['sqs:*'],
          resources: [queue.arn],
          conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
    });
  }

  private alarms({ name, alarmTopicArn: topicArn }: FunctionProps, deadLetters: string): void {
    for (const [metric, description] of [
      ['Errors', 'invocations failed: read its log'],
      ['Throttles', 'invocations were refused: its reserved concurrency is used up'],
    ] as const)
      new Alarm(this, `alarm-${metric.toLowerCase()}`, {
        name: `${name}-${metric.toLowerCase()}`,
        description: `${name}: ${description}`,
        topicArn,
        watch: {
          namespace: 'AWS/Lambda',
          name: metric,
          dimensions: { FunctionName: this.attributes.name },
          statistic: 'Sum',
        },
        above: 0,
      });
    new Alarm(this, 'alarm-dead-letters', {
      name: `${name}-dead-letters`,
      description: `${name}: an event was given up after its retries; it waits in ${name}-dead-letters`,
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
}
