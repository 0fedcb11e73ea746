import { CloudwatchEventRule, CloudwatchEventTarget, Construct, LambdaPermission } from '../cdktf.ts';
import type { Environment } from '../environments.ts';
import { guardCode } from '../guard-code.ts';
import { sha256Base64 } from '../zip.ts';
import { HouseFunction } from './house-function.ts';
import type { HouseStack } from './house-stack.ts';
import type { HttpService } from './http-service.ts';

export interface TrafficGuardProps {
  readonly environment: Environment;
  readonly keyArn: string;
  readonly alarmTopicArn: string;
  readonly services: readonly HttpService[];
}

/** Takes the traffic back by itself when an alarm rings while a release is being watched. */
export class TrafficGuard extends Construct {
  constructor(stack: HouseStack, id: string, props: TrafficGuardProps) {
    super(stack, id);
    const { environment, services } = props;
    const name = `foretell-${environment.name}-guard`;
    const code = guardCode();
    const guard = new HouseFunction(this, 'guard', {
      name,
      description: 'Moves traffic back to the previous colour when an alarm rings during a bake',
      environment,
      keyArn: props.keyArn,
      alarmTopicArn: props.alarmTopicArn,
      code: {
        zip: { path: stack.addFile('guard.zip', code), sha256Base64: sha256Base64(code) },
        handler: 'index.handler',
      },
      memoryMb: 256,
      timeoutSeconds: 30,
      reservedConcurrency: 1,
      variables: {
        GUARDED: JSON.stringify(
          Object.fromEntries(
            services.map(({ alarmPrefix, bakeParameter, ruleArn, targetGroupArns }) => [
              alarmPrefix,
              { bakeParameter, ruleArn, targetGroups: targetGroupArns },
            ]),
          ),
        ),
      },
    });
    guard.role.allow(
      {
        actions: ['elasticloadbalancing:ModifyRule'],
        resources: services.map(({ ruleArn }) => ruleArn),
      },
      {
        actions: ['ssm:GetParameter', 'ssm:PutParameter'],
        resources: services.map(({ bakeParameterArn }) => bakeParameterArn),
      },
    );
    const rule = new CloudwatchEventRule(this, 'rule', {
      name,
      description: 'Alarms of the HTTP services that begin to ring',
      eventPattern: JSON.stringify({
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        resources: services.flatMap(({ alarmArns }) => alarmArns),
        detail: { state: { value: ['ALARM'] } },
      }),
    });
    new CloudwatchEventTarget(this, 'target', { rule: rule.name, arn: guard.attributes.arn });
    new LambdaPermission(this, 'permission', {
      statementId: 'alarms',
      action: 'lambda:InvokeFunction',
      functionName: guard.attributes.name,
      principal: 'events.amazonaws.com',
      sourceArn: rule.arn,
    });
  }
}
