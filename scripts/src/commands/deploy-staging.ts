import { deploy, releaseName } from '../release/deploy.ts';
import { checkImages, imagesOfCommit } from '../release/images.ts';
import type { DeployRequest } from '../release/deploy-moves.ts';
import { planDeploy } from '../release/plan-deploy.ts';
import { describePlan } from '../release/print-plan.ts';
import { readState } from '../release/read-state.ts';
import { planHashOf, readWaivers } from '../release/repository.ts';
import { runVerb, type VerbAnswer } from '../release/run-verb.ts';
import { commitNamed } from '../terraform/git.ts';

/** `deploy-staging [--commit SHA]`: a commit's images to staging, live and verified, or what was live stays. */
export const deployStaging = (args: readonly string[], variables: NodeJS.ProcessEnv): Promise<number> =>
  runVerb(
    {
      name: 'deploy-staging',
      options: { commit: { type: 'string', default: 'HEAD' } },
      async run(call): Promise<VerbAnswer> {
        const session = call.open('staging');
        const commit = commitNamed(String(call.values['commit']));
        const images = await imagesOfCommit(session.aws, session.target.images, commit);
        await checkImages(session.aws, images, readWaivers(), session.now().toISOString().slice(0, 10));
        const request: DeployRequest = {
          verb: 'deploy-staging',
          release: releaseName(commit, session.now()),
          by: session.operator,
          commit,
          images,
          planHash: planHashOf('staging', commit),
          bakeSeconds: call.bakeSeconds,
        };
        if (call.dryRun)
          return describePlan(
            'staging',
            planDeploy(session.target, await readState(session.aws, session.target), request),
          );
        const { release, because } = await deploy(session, request);
        return { message: `staging: ${because}`, release, images };
      },
    },
    args,
    variables,
  );
