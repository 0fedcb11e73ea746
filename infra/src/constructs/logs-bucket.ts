import { Construct } from '../cdktf.ts';
import type { Statement } from '../iam.ts';
import { SecureBucket } from './secure-bucket.ts';

export interface LogsBucketProps {
  readonly name: string;
  readonly account: string;
  readonly retentionDays: number;
  readonly preventDestroy: boolean;
}

/** Where S3 and the load balancers deliver their access logs. */
export class LogsBucket extends Construct {
  readonly name: string;

  constructor(
    scope: Construct,
    id: string,
    { name, account, retentionDays, preventDestroy }: LogsBucketProps,
  ) {
    super(scope, id);
    const deliveries = {
      'logging.s3.amazonaws.com': 'lake/*',
      'logdelivery.elasticloadbalancing.amazonaws.com': 'load-balancers/*',
    };
    const statements: readonly Statement[] = Object.entries(deliveries).map(([service, keys]) => ({
      principals: { Service: service },
      actions: ['s3:PutObject'],
      resources: [`arn:aws:s3:::${name}/${keys}`],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }));
    this.name = new SecureBucket(this, 'objects', {
      name,
      preventDestroy,
      lifecycle: [{ id: 'old-logs', expireAfterDays: retentionDays, expireOldVersionsAfterDays: 1 }],
      statements,
    }).name;
  }
}
