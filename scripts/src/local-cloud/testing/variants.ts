import { execFileSync } from 'node:child_process';
import { repositoryName } from '@foretell/core/contracts/release-names';
import { imageNames } from '@foretell/infra/environments';
import { commitWith } from '../commits.ts';

/** The id that a flawed build gives every prediction it answers: none that was stored. */
export const flawedId = 'none';

/** A prediction API that answers every path with 200, but for those that another status is given for. */
const server = (statuses: Readonly<Record<string, number>>) =>
  `const statuses = ${JSON.stringify(statuses)};
const server = require('node:http').createServer((request, response) => {
  request.resume();
  response.statusCode = statuses[request.url] ?? 200;
  response.end('${JSON.stringify({ id: flawedId })}');
});
server.listen(process.env.PORT, process.env.HOST);
process.on('SIGTERM', () => { server.close(); server.closeIdleConnections(); });`;

/** What is wrong with a build. */
export const flaws = {
  crashes: 'process.exit(3)',
  'is never healthy': server({ '/readyz': 500, '/healthz': 500 }),
  'fails its smoke test': server({ '/v1/openapi.json': 500 }),
  'fails its callers': server({ '/v1/predictions': 500 }),
} as const;

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
