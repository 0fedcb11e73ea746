import { spawn } from 'node:child_process';
import type { GetAuthorizationTokenResponse } from '@aws-sdk/client-ecr';
import { repositoryName } from '@foretell/core/contracts/release-names';
import { commitDate } from '../terraform/git.ts';

export const localImage = (image: string, commit: string): string => `${repositoryName(image)}:${commit}`;

/** Ends with the command's status; what it prints goes to stderr, so that stdout stays the verb's own. */
function finished(child: ReturnType<typeof spawn>, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(new Error(`${what} cannot be run: is Docker installed?`, { cause })));
    child.on('close', (status) =>
      status === 0 ? resolve() : reject(new Error(`${what} ended with ${String(status)}`)),
    );
  });
}

const docker = (args: readonly string[]) =>
  finished(
    spawn('docker', args, { stdio: ['ignore', process.stderr.fd, 'inherit'] }),
    `docker ${args[0] ?? ''}`,
  );

/** A build from the commit itself: what lies in the working tree beside it is in no image. */
export function buildImage(
  image: string,
  commit: string,
  extra: readonly string[],
): { readonly command: string; readonly run: () => Promise<void> } {
  const args = [
    ...['build', '-f', 'docker/Dockerfile', '--target', image],
    ...['--build-arg', `GIT_COMMIT=${commit}`, '--build-arg', `COMMIT_DATE=${commitDate(commit)}`],
    ...extra,
    ...['-t', localImage(image, commit), '-'],
  ];
  return {
    command: `docker ${args.join(' ')}`,
    async run() {
      const archive = spawn('git', ['archive', '--format=tar', commit], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const build = spawn('docker', args, { stdio: ['pipe', 'pipe', 'inherit'] });
      build.stdout.pipe(process.stderr);
      archive.stdout.pipe(build.stdin);
      // A build that ended early reads no more: its own status says why.
      build.stdin.on('error', () => undefined);
      // Nor does the archive end by itself when nobody reads it, and the verb would wait for it.
      const built = finished(build, `docker build of ${image}`).finally(() => archive.kill());
      await Promise.all([built, finished(archive, 'git archive')]);
    },
  };
}

export async function pushImage(from: string, to: string): Promise<void> {
  await docker(['tag', from, to]);
  await docker(['push', to]);
}

/** By ECR's token, which is valid for 12 hours and is given on stdin: it is in no list of processes. */
export async function logIn({ authorizationData = [] }: GetAuthorizationTokenResponse): Promise<void> {
  for (const { authorizationToken = '', proxyEndpoint = '' } of authorizationData) {
    const [username = '', password = ''] = Buffer.from(authorizationToken, 'base64').toString().split(':');
    const args = ['login', '--username', username, '--password-stdin', proxyEndpoint];
    const child = spawn('docker', args, { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdout.pipe(process.stderr);
    // A command that ended early reads nothing: its own status says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(password);
    await finished(child, 'docker login');
  }
}
