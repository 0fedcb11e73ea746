import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { startMinistack, type TestMinistack } from '../../../local/src/testing/ministack.ts';
import { createStateBucket } from '../commands/bootstrap.ts';

const bucket = 'foretell-terraform-state-test';
const region = 'eu-west-1';
const hasTerraform = spawnSync('terraform', ['version']).status === 0;
const withTerraform = hasTerraform ? test : test.skip;
let aws: TestMinistack;
let s3: S3Client;
const folders: string[] = [];

beforeAll(async () => {
  aws = await startMinistack();
  s3 = new S3Client({
    endpoint: aws.endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(async () => {
  s3.destroy();
  await aws.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A stack of Terraform's built-in resource with this house's backend; its apply takes `seconds`. */
function stack(seconds: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'foretell-state-'));
  folders.push(folder);
  const backend = {
    bucket,
    key: 'locked.tfstate',
    region,
    encrypt: true,
    use_lockfile: true,
    use_path_style: true,
    endpoints: { s3: aws.endpoint },
    access_key: 'test',
    secret_key: 'test',
    skip_credentials_validation: true,
    skip_requesting_account_id: true,
    skip_region_validation: true,
  };
  const provisioner = [{ 'local-exec': { command: `sleep ${seconds}` } }];
  writeFileSync(
    join(folder, 'main.tf.json'),
    JSON.stringify({
      terraform: { backend: { s3: backend } },
      resource: { terraform_data: { it: { input: folder, triggers_replace: [folder], provisioner } } },
    }),
  );
  return folder;
}

const quiet = { ...process.env, TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' };
const terraform = (folder: string, ...args: readonly string[]) =>
  spawnSync('terraform', [...args, '-no-color'], { cwd: folder, encoding: 'utf8', env: quiet });
const exists = (Key: string) =>
  s3.send(new HeadObjectCommand({ Bucket: bucket, Key })).then(
    () => true,
    () => false,
  );

test('the state bucket is made once, closed, versioned and TLS only; again is safe', async () => {
  expect(await createStateBucket(s3, bucket, region)).toBe(true);
  expect(await createStateBucket(s3, bucket, region)).toBe(false);
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }));
  const { PublicAccessBlockConfiguration: closed } = await s3.send(
    new GetPublicAccessBlockCommand({ Bucket: bucket }),
  );
  const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
  expect(Status).toBe('Enabled');
  expect(Object.values(closed ?? {})).toEqual([true, true, true, true]);
  expect(Policy).toContain('aws:SecureTransport');
});

withTerraform(
  'while one apply runs, another is refused by the lock; afterwards the lock is gone (needs Terraform)',
  async () => {
    const [first, second] = [stack(6), stack(0)];
    for (const folder of [first, second]) expect(terraform(folder, 'init')).toMatchObject({ status: 0 });
    const running = spawn('terraform', ['apply', '-auto-approve', '-no-color'], {
      cwd: first,
      stdio: 'ignore',
      env: quiet,
    });
    const ended = once(running, 'exit');
    while (!(await exists('locked.tfstate.tflock'))) await new Promise((resolve) => setTimeout(resolve, 100));
    const refused = terraform(second, 'apply', '-auto-approve');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('Error acquiring the state lock');
    expect(await ended).toEqual([0, null]);
    expect(await exists('locked.tfstate.tflock')).toBe(false);
    expect(terraform(second, 'apply', '-auto-approve').status).toBe(0);
  },
  120_000,
);
