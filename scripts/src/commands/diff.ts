import { diffRelease } from '../release/diff.ts';
import { imagesOfCommit } from '../release/images.ts';
import { readState } from '../release/read-state.ts';
import { environmentOf, runVerb, type VerbAnswer } from '../release/run-verb.ts';
import { commitNamed, commitsBetween } from '../terraform/git.ts';

/** `diff ENV [--commit SHA]`: what a release of the commit would change: commits, images, and the settings of tasks. */
export const diff = (args: readonly string[], variables: NodeJS.ProcessEnv): Promise<number> =>
  runVerb(
    {
      name: 'diff',
      options: { commit: { type: 'string', default: 'HEAD' } },
      async run(call): Promise<VerbAnswer> {
        const environment = environmentOf(call);
        const { aws, target } = call.open(environment);
        const commit = commitNamed(String(call.values['commit']));
        const [state, images] = await Promise.all([
          readState(aws, target),
          imagesOfCommit(aws, target.images, commit),
        ]);
        const lines = diffRelease(target, state, { commit, images }, commitsBetween);
        return {
          message: lines.length === 0 ? `${environment} runs commit ${commit} already` : lines.join('\n'),
          images,
        };
      },
    },
    args,
    variables,
  );
