import { localImage, logIn, pushImage } from '../release/docker.ts';
import { imagesOfCommit, knownDigest, waitForScans } from '../release/images.ts';
import { readRepositories } from '../release/read-state.ts';
import { ReleaseError } from '../release/errors.ts';
import type { Session } from '../release/session.ts';
import { environmentOf, runVerb, type VerbAnswer } from '../release/run-verb.ts';
import { commitNamed } from '../terraform/git.ts';

const lookOf =
  ({ progress, signal }: Session) =>
  (detail: string): Promise<void> => {
    if (signal.aborted) return Promise.reject(new ReleaseError('interrupted', 'Stopped by the operator'));
    progress.say(detail);
    return Promise.resolve();
  };

/**
 * `push ENV [--commit SHA]`: a commit's images to the environment's ECR, scanned there, and their digests. What is there is
 * not pushed again.
 */
export const push = (args: readonly string[], variables: NodeJS.ProcessEnv): Promise<number> =>
  runVerb(
    {
      name: 'push',
      options: { commit: { type: 'string', default: 'HEAD' } },
      async run(call): Promise<VerbAnswer> {
        const session = call.open(environmentOf(call));
        const { aws, target, progress } = session;
        const commit = commitNamed(String(call.values['commit']));
        const repositories = await readRepositories(aws, target);
        const missing: string[] = [];
        for (const image of target.images)
          if ((await knownDigest(aws, image, { imageTag: commit })) === null) missing.push(image);
        const pushes = missing.map((image) => ({
          from: localImage(image, commit),
          to: `${repositories[image] ?? ''}:${commit}`,
        }));
        if (call.dryRun)
          return {
            message: pushes.map(({ from, to }) => `docker tag ${from} ${to} && docker push ${to}`).join('\n'),
          };
        if (pushes.length > 0) await logIn(await aws('ecr:GetAuthorizationToken', {}));
        for (const { from, to } of pushes) {
          progress.say(`pushing ${to}`);
          await pushImage(from, to);
        }
        const images = await imagesOfCommit(aws, target.images, commit);
        const pushed = Object.fromEntries(
          Object.entries(images).filter(([image]) => missing.includes(image)),
        );
        await waitForScans(aws, pushed, { ...session, look: lookOf(session) });
        const lines = Object.entries(images).map(
          ([image, digest]) => `${repositories[image] ?? ''}@${digest}`,
        );
        return { message: lines.join('\n'), images };
      },
    },
    args,
    variables,
  );
