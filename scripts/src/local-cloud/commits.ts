import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const git = (args: readonly string[], options: { input?: string; index?: string } = {}) =>
  execFileSync('git', ['-c', 'user.name=Foretell', '-c', 'user.email=proofs@foretell.example', ...args], {
    encoding: 'utf8',
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.index === undefined ? {} : { env: { ...process.env, GIT_INDEX_FILE: options.index } }),
  }).trim();

/**
 * A commit after HEAD, with some files changed, on no branch: git forgets it by itself. What is built of it is built as
 * any commit is.
 */
export function commitWith(message: string, files: Readonly<Record<string, string>> = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'foretell-index-'));
  const index = join(dir, 'index');
  try {
    git(['read-tree', 'HEAD'], { index });
    for (const [path, content] of Object.entries(files)) {
      const blob = git(['hash-object', '-w', '--stdin'], { input: content });
      git(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`], { index });
    }
    const tree = git(['write-tree'], { index });
    return git(['commit-tree', tree, '-p', 'HEAD', '-m', message]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
