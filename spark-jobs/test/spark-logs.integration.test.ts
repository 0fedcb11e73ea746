import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startMinistack, type TestMinistack } from '@foretell/local/testing/ministack';
import { createSparkLogs } from '../src/spark/spark-logs.ts';
import { testClient } from './recording-server.ts';

const bucket = 'lake';
let aws: TestMinistack;
let s3: S3Client;

beforeAll(async () => {
  aws = await startMinistack();
  s3 = new S3Client({ ...testClient(aws.endpoint), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
});
afterAll(async () => {
  s3.destroy();
  await aws.stop();
});

test('a log is read as text, one that has not come yet is empty, and a run’s logs are found by their prefix', async () => {
  const keys = ['spark/logs/j-1/steps/s-1/stderr.gz', 'spark/logs/j-1/steps/s-1/stdout.gz'];
  for (const Key of [...keys, 'spark/logs/j-2/steps/s-1/stderr.gz'])
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: gzipSync(`of ${Key}: é\n`) }));
  const logs = createSparkLogs(s3, bucket);
  expect(await logs.read(keys[0]!)).toBe(`of ${keys[0]!}: é\n`);
  expect(await logs.read('spark/logs/j-1/steps/s-9/stderr.gz')).toBe('');
  expect(await logs.list('spark/logs/j-1/')).toEqual(keys);
});
