import { tmpdir } from 'node:os';
import { S3Client } from '@aws-sdk/client-s3';
import { createLake } from '@foretell/core/node/lake';
import { loadConfig } from '@foretell/core/node/load-config';
import { sampleEnvironment } from './env.ts';
import { createSampleHandler } from './handler.ts';

const config = loadConfig(sampleEnvironment, process.env);
const s3 = new S3Client({ forcePathStyle: config.S3_FORCE_PATH_STYLE });

const sample = createSampleHandler({
  lake: createLake(s3, config.LAKE_BUCKET),
  workDir: tmpdir(),
  threads: 2,
  memoryMb: 1500,
});

/** What Lambda calls, with a context besides. */
export const handler = (event: unknown) => sample(event);
