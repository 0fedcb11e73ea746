import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environments } from './environments.ts';
import { synthesize } from './synthesize.ts';

/** Terraform's registry is the one place the real provider comes from: where it cannot be reached, this is said and skipped. */
const folder = mkdtempSync(join(tmpdir(), 'foretell-validate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
synthesize(environments, folder);
const stacks = readdirSync(join(folder, 'stacks')).sort();

const terraform = (stack: string, ...args: readonly string[]) =>
  spawnSync('terraform', [...args, '-no-color'], {
    cwd: join(folder, 'stacks', stack),
    encoding: 'utf8',
    timeout: 300_000,
    env: {
      ...process.env,
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
      TF_PLUGIN_CACHE_DIR: folder,
      TF_REGISTRY_CLIENT_TIMEOUT: '5',
      TF_REGISTRY_DISCOVERY_RETRY: '0',
    },
  });

const tried = terraform(stacks[0] ?? '', 'init', '-backend=false', '-input=false');
const offline =
  tried.error !== undefined ||
  /Failed to query available provider packages|Could not retrieve/.test(tried.stderr);
if (offline)
  console.warn(
    'NOT VALIDATED with the real AWS provider: terraform or its registry cannot be reached from here.',
  );
const online = offline ? test.skip : test;

online.each(stacks)(
  '%s is valid to the real provider (needs Terraform)',
  (stack) => {
    expect(terraform(stack, 'init', '-backend=false', '-input=false')).toMatchObject({ status: 0 });
    const { status, stdout, stderr } = terraform(stack, 'validate');
    expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('Success')]);
  },
  600_000,
);
