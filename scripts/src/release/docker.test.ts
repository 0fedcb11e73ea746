import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const timeout = 30_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docker-'));
  writeFileSync(join(folder, 'docker'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Node with a Docker that ends at once and reads nothing. */
const runNode = (...args: readonly string[]) =>
  spawnSync(process.execPath, args, {
    env: { ...process.env, NODE_OPTIONS: '', PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` },
    encoding: 'utf8',
    timeout,
  });

test('a build whose Docker reads no context ends with its error, and does not wait for the context', () => {
  const { status, stderr } = runNode(join(import.meta.dirname, '../main.ts'), 'build');
  expect(stderr).toContain('docker build of backend ended with 3');
  expect(status).toBe(1);
});

test('a log-in whose Docker reads no password ends with its error', () => {
  const { stdout, stderr } = runNode(
    '--input-type=module',
    '--eval',
    // More than a pipe holds.
    `import { logIn } from ${JSON.stringify(join(import.meta.dirname, 'docker.ts'))};
     const authorizationToken = Buffer.from('AWS:' + 'x'.repeat(300_000)).toString('base64');
     await logIn({ authorizationData: [{ authorizationToken }] }).catch(({ message }) => console.log(message));`,
  );
  expect([stdout, stderr]).toEqual(['docker login ended with 3\n', '']);
});
