import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

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
