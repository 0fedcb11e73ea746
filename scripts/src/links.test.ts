import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const documents = execFileSync('git', ['ls-files', '*.md'], { encoding: 'utf8' }).trim().split('\n');

test.each(documents)('every relative link of %s leads somewhere', (document) => {
  const text = readFileSync(document, 'utf8');
  const targets = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
    (match) => match[1]!,
  );
  expect(targets.filter((target) => !existsSync(join(dirname(document), target)))).toEqual([]);
});
