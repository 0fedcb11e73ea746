import { execFileSync } from 'node:child_process';

const git = (...args: readonly string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trimEnd();

export const headCommit = (): string => git('rev-parse', 'HEAD');

/** Tracked files that differ from the commit. */
export const changedFiles = (): readonly string[] =>
  git('status', '--porcelain', '--untracked-files=no')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice(3));

/** The full name of a commit, or an error when git knows none of that name. */
export function commitNamed(name: string): string {
  try {
    return git('rev-parse', '--verify', '--quiet', `${name}^{commit}`);
  } catch (cause) {
    throw new Error(`git knows no commit "${name}"`, { cause });
  }
}

export const commitDate = (commit: string): string => git('show', '-s', '--format=%cI', commit);

/** A line a commit that `to` has and `from` has not, newest first; what git does not know here is said. */
export function commitsBetween(from: string, to: string): readonly string[] {
  try {
    return git('log', '--format=%h %s', `${from}..${to}`)
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [`git here does not know ${from}: fetch it to see them`];
  }
}
