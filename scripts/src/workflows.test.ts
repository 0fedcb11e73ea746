import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const folder = join(root, '.github/workflows');
const workflows = readdirSync(folder).filter((name) => name.endsWith('.yml'));
const actionlint = [join(root, '.tools/bin/actionlint'), '/usr/local/bin/actionlint'].find((path) =>
  existsSync(path),
);

(actionlint === undefined ? test.skip : test)('actionlint finds nothing in the workflows (needs Go)', () => {
  const { status, stdout, stderr } = spawnSync(
    actionlint ?? '',
    workflows.map((name) => join(folder, name)),
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  expect([status, stdout + stderr]).toEqual([0, '']);
});

test.each(workflows)('%s takes actions by commit and starts with no more than reading', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action ?? '');
  expect(uses.length).toBeGreaterThan(0);
  expect(uses.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
  expect(text).toMatch(/^permissions:\n {2}contents: read\n/m);
});

test('only a protected environment takes the apply role', () => {
  for (const name of workflows) {
    const jobs = readFileSync(join(folder, name), 'utf8').split(/^ {2}(?=[\w-]+:\n {4})/m);
    for (const job of jobs.filter((part) => part.includes('APPLY_ROLE_ARN')))
      expect(job).toMatch(/^ {4}environment:/m);
  }
});
