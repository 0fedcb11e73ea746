import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardCode } from './guard-code.ts';
import { zipOf } from './zip.ts';

test('another program unpacks what was packed, name by name and byte by byte', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foretell-zip-'));
  try {
    const files = {
      'index.mjs': 'export const a = "ä";\n',
      'lib/empty.txt': '',
      'lib/long.txt': 'x'.repeat(70_000),
    };
    writeFileSync(join(folder, 'a.zip'), zipOf(files));
    const script =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])';
    execFileSync('python3', ['-c', script, join(folder, 'a.zip'), join(folder, 'out')]);
    for (const [name, text] of Object.entries(files))
      expect(readFileSync(join(folder, 'out', name), 'utf8')).toBe(text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the same files are the same bytes', () => {
  expect(zipOf({ a: '1', b: '2' }).equals(zipOf({ a: '1', b: '2' }))).toBe(true);
  expect(zipOf({ a: '1' }).equals(zipOf({ a: '2' }))).toBe(false);
});

test('the guard is packed with everything but the AWS SDK, which Lambda has', () => {
  const code = guardCode();
  expect(code.equals(guardCode())).toBe(true);
  expect(code.toString('latin1')).toMatch(/from"@aws-sdk\/client-ssm"/);
  expect(code.length).toBeLessThan(1_000_000);
});
