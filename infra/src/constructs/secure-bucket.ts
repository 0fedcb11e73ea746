import {
  Construct,
  S3Bucket,
  S3BucketLifecycleConfiguration,
  S3BucketOwnershipControls,
  S3BucketPolicy,
  S3BucketPublicAccessBlock,
  S3BucketServerSideEncryptionConfigurationA,
  S3BucketVersioningA,
} from '../cdktf.ts';
import { policyDocument, tlsOnly, type Statement } from '../iam.ts';

export interface LifecycleRule {
  readonly id: string;
  /** @default the whole bucket */
  readonly prefix?: string;
  readonly expireAfterDays?: number;
  /** Old versions of overwritten or deleted objects. */
  readonly expireOldVersionsAfterDays?: number;
  readonly toInfrequentAccessAfterDays?: number;
}

export interface SecureBucketProps {
  readonly name: string;
  readonly preventDestroy: boolean;
  /** @default AES256 with keys of S3, the only kind that AWS's own log deliveries can write to */
  readonly keyArn?: string;
  readonly lifecycle: readonly LifecycleRule[];
  /** Besides the TLS rules that every bucket has. @default none */
  readonly statements?: readonly Statement[];
}

/** A bucket nobody reaches from outside or without TLS: versioned, encrypted, owned, tidied. */
export class SecureBucket extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: SecureBucketProps) {
    super(scope, id);
    const bucket = new S3Bucket(this, 'bucket', {
      bucket: props.name,
      ...(props.preventDestroy ? { lifecycle: { preventDestroy: true } } : {}),
    });
    this.name = bucket.bucket;
    this.arn = bucket.arn;
    this.access(bucket.id, props.statements ?? []);
    new S3BucketVersioningA(this, 'versioning', {
      bucket: bucket.id,
      versioningConfiguration: { status: 'Enabled' },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket: bucket.id,
      rule: [
        {
          applyServerSideEncryptionByDefault: props.keyArn
            ? { sseAlgorithm: 'aws:kms', kmsMasterKeyId: props.keyArn }
            : { sseAlgorithm: 'AES256' },
          bucketKeyEnabled: props.keyArn !== undefined,
        },
      ],
    });
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket: bucket.id,
      rule: [...props.lifecycle.map(toRule), abandonedUploads],
    });
  }

  private access(bucket: string, statements: readonly Statement[]): void {
    const closed = new S3BucketPublicAccessBlock(this, 'no-public-access', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, 'ownership', {
      bucket,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
    });
    new S3BucketPolicy(this, 'policy', {
      bucket,
      policy: policyDocument([...tlsOnly('s3:*', [this.arn, `${this.arn}/*`]), ...statements]),
      dependsOn: [closed],
    });
  }
}

const abandonedUploads = {
  id: 'abandoned-uploads',
  status: 'Enabled',
  filter: [{ prefix: '' }],
  abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
};

function toRule(rule: LifecycleRule) {
  return {
    id: rule.id,
    status: 'Enabled',
    filter: [{ prefix: rule.prefix ?? '' }],
    ...(rule.expireAfterDays === undefined ? {} : { expiration: [{ days: rule.expireAfterDays }] }),
    ...(rule.expireOldVersionsAfterDays === undefined
      ? {}
      : { noncurrentVersionExpiration: [{ noncurrentDays: rule.expireOldVersionsAfterDays }] }),
    ...(rule.toInfrequentAccessAfterDays === undefined
      ? {}
      : { transition: [{ days: rule.toInfrequentAccessAfterDays, storageClass: 'INTELLIGENT_TIERING' }] }),
  };
}
