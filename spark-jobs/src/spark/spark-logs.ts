import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';

/** The logs that EMR copies to S3, gzipped, some time after they were printed. */
export interface SparkLogs {
  /** The text of a log, or '' while it is not there. */
  read(key: string): Promise<string>;
  /** Keys under a prefix, at most a thousand. */
  list(prefix: string): Promise<string[]>;
}

export function createSparkLogs(s3: S3Client, bucket: string): SparkLogs {
  return {
    async read(key) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        if (!Body) throw new Error(`S3 answered ${key} without a body`);
        return gunzipSync(await Body.transformToByteArray()).toString();
      } catch (error) {
        if (error instanceof NoSuchKey) return '';
        throw error;
      }
    },
    async list(prefix) {
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
      return (Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    },
  };
}
