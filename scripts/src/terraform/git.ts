import { execFileSync } from 'node:child_process';

const git = (...args: readonly string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trimEnd();

export const headCommit = (): string => git('rev-parse', 'HEAD');

/** Tracked files that differ from the commit. */
export const changedFiles = (): readonly string[] =>
  git('status', '--porcelain', '--untracked-files=no')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice(3));
