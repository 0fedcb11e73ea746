import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { logIn } from './docker.ts';

const main = join(import.meta.dirname, '../main.ts');
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'docker-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('a build whose Docker reads no context ends with its error, and does not wait for the context', () => {
  writeFileSync(join(folder, 'docker'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
  const { status, stderr } = spawnSync(process.execPath, [main, 'build'], {
    env: { ...process.env, NODE_OPTIONS: '', PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` },
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(stderr).toContain('docker build of backend ended with 3');
  expect(status).toBe(1);
}, 40_000);

test('a log-in that reads no password ends with its error', async () => {
  writeFileSync(join(folder, 'docker'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
  const path = process.env['PATH'];
  process.env['PATH'] = `${folder}${delimiter}${path ?? ''}`;
  try {
    // More than a pipe holds.
    const authorizationToken = Buffer.from(`AWS:${'x'.repeat(300_000)}`).toString('base64');
    await expect(logIn({ authorizationData: [{ authorizationToken }] })).rejects.toThrow(
      'docker login ended with 3',
    );
  } finally {
    process.env['PATH'] = path;
  }
});
