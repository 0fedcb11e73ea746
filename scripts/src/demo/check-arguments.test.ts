import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let dir: string;
beforeAll(() => {
  // Away from the packages: none is there before the set-up.
  dir = mkdtempSync(join(tmpdir(), 'foretell-arguments-'));
  for (const file of ['main.ts', 'check-arguments.ts', 'arguments.ts'])
    cpSync(join(import.meta.dirname, file), join(dir, file));
});
afterAll(() => rmSync(dir, { recursive: true }));

const run = (file: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(dir, file), ...args], { encoding: 'utf8', timeout: 30_000 });

test('what is wrong with the arguments is told without any package, and right ones pass', () => {
  const wrong = run('check-arguments.ts', '--wrong');
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain("Unknown option '--wrong'");
  expect(wrong.stderr).toContain('--data FILE');
  expect(run('check-arguments.ts', '--exit', '--rows', '5000').status).toBe(0);
});

test('how the demo is called is told without any package', () => {
  const help = run('main.ts', '--help');
  expect(help.status).toBe(0);
  expect(help.stdout).toContain('--data FILE');
});
