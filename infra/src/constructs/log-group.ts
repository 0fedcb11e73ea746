import { CloudwatchLogGroup, type Construct } from '../cdktf.ts';
import type { Environment } from '../environments.ts';
import type { Grantee } from './role.ts';

/** An encrypted log group that keeps its lines as long as the environment says. */
export class LogGroup extends CloudwatchLogGroup {
  constructor(
    scope: Construct,
    id: string,
    props: { name: string; keyArn: string; environment: Environment },
  ) {
    super(scope, id, {
      name: props.name,
      retentionInDays: props.environment.logRetentionDays,
      kmsKeyId: props.keyArn,
      skipDestroy: props.environment.holdsRealData,
    });
  }

  grantWrite(grantee: Grantee): void {
    grantee.allow({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`${this.arn}:*`],
    });
  }
}
