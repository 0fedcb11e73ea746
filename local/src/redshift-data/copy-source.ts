import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import type { CopyCommand } from './copy-command.ts';

const copyManifest = z.object({
  entries: z.array(z.object({ url: z.string().startsWith('s3://'), mandatory: z.boolean().default(false) })),
});

interface Location {
  bucket: string;
  key: string;
  mandatory: boolean;
}

function locationOf(url: string, mandatory: boolean): Location {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
  return { bucket, key, mandatory };
}

async function read(s3: S3Client, bucket: string, key: string): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!Body) throw new Error(`S3 answered s3://${bucket}/${key} without a body`);
  return Body.transformToByteArray();
}

async function locations(s3: S3Client, copy: CopyCommand): Promise<Location[]> {
  if (copy.manifest) {
    const text = new TextDecoder().decode(await read(s3, copy.bucket, copy.key));
    const { entries } = copyManifest.parse(JSON.parse(text));
    return entries.map(({ url, mandatory }) => locationOf(url, mandatory));
  }
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: copy.bucket, Prefix: copy.key }),
  );
  if (Contents.length === 0)
    throw new Error(`The specified S3 prefix '${copy.key}' does not exist in bucket ${copy.bucket}`);
  return Contents.map(({ Key = '' }) => ({ bucket: copy.bucket, key: Key, mandatory: true }));
}

function withoutLines(bytes: Uint8Array, lines: number): Uint8Array {
  let start = 0;
  for (let line = 0; line < lines; line++) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0) return bytes.subarray(bytes.length);
    start = end + 1;
  }
  return bytes.subarray(start);
}

/** The files a COPY names, each as CSV without its header. A missing file is an error only where it is mandatory. */
export async function readCopySource(s3: S3Client, copy: CopyCommand): Promise<Uint8Array[]> {
  const files: Uint8Array[] = [];
  for (const { bucket, key, mandatory } of await locations(s3, copy)) {
    try {
      const bytes = await read(s3, bucket, key);
      files.push(withoutLines(copy.gzip ? gunzipSync(bytes) : bytes, copy.headerLines));
    } catch (error) {
      if (mandatory || !(error instanceof Error) || error.name !== 'NoSuchKey') throw error;
    }
  }
  return files;
}
