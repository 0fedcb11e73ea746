import { imageNames } from '@foretell/infra/environments';
import { buildImage } from '../release/docker.ts';
import { runVerb, type VerbAnswer } from '../release/run-verb.ts';
import { commitNamed } from '../terraform/git.ts';

/** `build [--commit SHA]`: the images of a commit, exactly as it is in git, tagged by it. */
export const build = (args: readonly string[], variables: NodeJS.ProcessEnv): Promise<number> =>
  runVerb(
    {
      name: 'build',
      options: { commit: { type: 'string', default: 'HEAD' } },
      async run(call): Promise<VerbAnswer> {
        const commit = commitNamed(String(call.values['commit']));
        const extra = (variables['FORETELL_DOCKER_BUILD_ARGS'] ?? '')
          .split(' ')
          .filter((each) => each !== '');
        const calls = imageNames.map((image) => buildImage(image, commit, extra));
        if (call.dryRun)
          return { message: calls.map(({ command }) => `git archive ${commit} | ${command}`).join('\n') };
        for (const { run } of calls) await run();
        return { message: `Built ${imageNames.join(', ')} of commit ${commit}` };
      },
    },
    args,
    variables,
  );
