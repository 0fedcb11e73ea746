import { Construct, S3BucketCorsConfiguration, S3BucketLoggingA } from '../cdktf.ts';
import { grantKeyUse } from './encryption-key.ts';
import type { Grantee } from './role.ts';
import { SecureBucket } from './secure-bucket.ts';

/** Where Spark's own things lie in the lake. */
export const sparkPrefixes = { runners: 'spark/runners/', jobs: 'spark/jobs/', logs: 'spark/logs/' } as const;

export interface DataLakeProps {
  readonly name: string;
  readonly keyArn: string;
  readonly logsBucket: string;
  /** Where the dashboard is served: its pages put files by presigned URL. */
  readonly dashboardOrigin: string;
  readonly preventDestroy: boolean;
}

export interface LakeAttributes {
  readonly name: string;
  readonly arn: string;
  readonly keyArn: string;
}

/** The lake as other stacks know it: what can be granted on it. Prefixes are of the lake's keys, e.g. `serving/`. */
export class Lake {
  readonly attributes: LakeAttributes;

  constructor(attributes: LakeAttributes) {
    this.attributes = attributes;
  }

  grantRead(grantee: Grantee, prefixes: readonly string[] = ['']): void {
    grantee.allow({ actions: ['s3:GetObject'], resources: this.objects(prefixes) }, this.list(prefixes));
    grantKeyUse(this.attributes.keyArn, grantee);
  }

  grantWrite(grantee: Grantee, prefixes: readonly string[] = ['']): void {
    grantee.allow({
      actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
      resources: this.objects(prefixes),
    });
    grantKeyUse(this.attributes.keyArn, grantee);
  }

  grantReadWrite(grantee: Grantee, prefixes: readonly string[] = ['']): void {
    grantee.allow(
      {
        actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        resources: this.objects(prefixes),
      },
      this.list(prefixes),
    );
    grantKeyUse(this.attributes.keyArn, grantee);
  }

  /** What has come of an upload by parts. */
  grantListParts(grantee: Grantee, prefixes: readonly string[]): void {
    grantee.allow({ actions: ['s3:ListMultipartUploadParts'], resources: this.objects(prefixes) });
  }

  private objects(prefixes: readonly string[]): readonly string[] {
    return prefixes.map((prefix) => `${this.attributes.arn}/${prefix}*`);
  }

  /** Without it S3 answers 403 instead of 404 for an object that is not there. */
  private list(prefixes: readonly string[]) {
    return {
      actions: ['s3:ListBucket'],
      resources: [this.attributes.arn],
      conditions: { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } },
    };
  }
}

/** The lake: one bucket for feature sets, training sets, models, predictions by batch and the serving manifest. */
export class DataLake extends Construct {
  readonly lake: Lake;

  constructor(scope: Construct, id: string, props: DataLakeProps) {
    super(scope, id);
    const bucket = new SecureBucket(this, 'objects', {
      name: props.name,
      keyArn: props.keyArn,
      preventDestroy: props.preventDestroy,
      lifecycle: [
        // Loads into Redshift are read once, within minutes.
        { id: 'staged-loads', prefix: 'staging/', expireAfterDays: 7, expireOldVersionsAfterDays: 1 },
        // The one object that is overwritten: its history tells who served what.
        { id: 'manifest-history', prefix: 'serving/', expireOldVersionsAfterDays: 365 },
        {
          id: 'old-sets-and-models',
          prefix: 'workspaces/',
          toInfrequentAccessAfterDays: 30,
          expireOldVersionsAfterDays: 30,
        },
        // Not all of `spark/`: the runners in it stay as long as Terraform names them.
        ...[sparkPrefixes.jobs, sparkPrefixes.logs].map((prefix) => ({
          id: prefix.replaceAll('/', '-').slice(0, -1),
          prefix,
          expireAfterDays: 30,
          expireOldVersionsAfterDays: 1,
        })),
      ],
    });
    new S3BucketCorsConfiguration(this, 'cors', {
      bucket: bucket.name,
      corsRule: [
        {
          allowedOrigins: [props.dashboardOrigin],
          allowedMethods: ['PUT'],
          allowedHeaders: ['*'],
          exposeHeaders: ['ETag'],
          maxAgeSeconds: 3600,
        },
      ],
    });
    new S3BucketLoggingA(this, 'access-log', {
      bucket: bucket.name,
      targetBucket: props.logsBucket,
      targetPrefix: 'lake/',
    });
    this.lake = new Lake({ name: bucket.name, arn: bucket.arn, keyArn: props.keyArn });
  }
}
