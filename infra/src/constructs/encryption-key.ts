import { Construct, KmsAlias, KmsKey } from '../cdktf.ts';
import { policyDocument } from '../iam.ts';
import type { Grantee } from './role.ts';

export interface EncryptionKeyProps {
  readonly alias: string;
  readonly description: string;
  readonly account: string;
  readonly region: string;
  readonly preventDestroy: boolean;
}

/** Lets a role use a key through the services that encrypt with it. */
export function grantKeyUse(keyArn: string, grantee: Grantee): void {
  grantee.allow({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [keyArn] });
}

/** Lets a role have EC2 encrypt the disks of what it starts: EC2 keeps the grant, the role cannot give it to others. */
export function grantDiskEncryption(keyArn: string, grantee: Grantee): void {
  grantee.allow(
    {
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      resources: [keyArn],
    },
    {
      actions: ['kms:CreateGrant'],
      resources: [keyArn],
      conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
  );
}

/** A customer-managed key, rotated each year; log groups, topics and alarms of this account may use it. */
export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const key = new KmsKey(this, 'key', {
      description: props.description,
      region: props.region,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: keyPolicy(props),
      ...(props.preventDestroy ? { lifecycle: { preventDestroy: true } } : {}),
    });
    new KmsAlias(this, 'alias', {
      name: `alias/${props.alias}`,
      region: props.region,
      targetKeyId: key.keyId,
    });
    this.arn = key.arn;
  }
}

function keyPolicy({ account, region }: EncryptionKeyProps): string {
  const use = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
  return policyDocument([
    {
      sid: 'AccountByIam',
      principals: { AWS: `arn:aws:iam::${account}:root` },
      actions: ['kms:*'],
      resources: ['*'],
    },
    {
      sid: 'LogGroupsOfThisAccount',
      principals: { Service: `logs.${region}.amazonaws.com` },
      actions: use,
      resources: ['*'],
      conditions: {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:log-group:*` },
      },
    },
    {
      sid: 'AlarmsAndEventsOfThisAccount',
      principals: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com', 'sns.amazonaws.com'] },
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    },
  ]);
}
