import { execFileSync } from 'node:child_process';
import { repositoryName } from '@foretell/core/contracts/release-names';
import { imageNames } from '@foretell/infra/environments';
import { commitWith } from '../commits.ts';

/** What is wrong with a build. */
export const flaws = { crashes: 'process.exit(3)' } as const;

const docker = (args: readonly string[], input?: string) =>
  execFileSync('docker', args, {
    encoding: 'utf8',
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
    stdio: ['pipe', 'pipe', 'ignore'],
    ...(input === undefined ? {} : { input }),
  });

/** A commit whose images are those of a good one, but for a prediction API with the flaw. Answers the commit. */
export function flawedBuild(good: string, flaw: keyof typeof flaws): string {
  const commit = commitWith(`A build that ${flaw}`);
  for (const image of imageNames) {
    const name = repositoryName(image);
    if (image !== 'prediction-api') docker(['tag', `${name}:${good}`, `${name}:${commit}`]);
    else
      docker(
        ['build', '--network', 'host', '--tag', `${name}:${commit}`, '-'],
        `FROM ${name}:${good}\nCMD ["node", "-e", ${JSON.stringify(flaws[flaw])}]\n`,
      );
  }
  return commit;
}
