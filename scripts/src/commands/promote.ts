import { deploy, releaseName } from '../release/deploy.ts';
import { ReleaseError } from '../release/errors.ts';
import { checkImages, imagesOfCommit } from '../release/images.ts';
import { liveRelease, shortCommit, viewLedger, type VerifiedRelease } from '../release/ledger.ts';
import { readLedger } from '../release/ledger-store.ts';
import type { DeployRequest } from '../release/deploy-moves.ts';
import { planDeploy } from '../release/plan-deploy.ts';
import { describePlan } from '../release/print-plan.ts';
import { promotable } from '../release/promotable.ts';
import { readState } from '../release/read-state.ts';
import { planHashOf, readWaivers } from '../release/repository.ts';
import { runVerb, type VerbAnswer } from '../release/run-verb.ts';
import type { Session } from '../release/session.ts';
import { commitNamed } from '../terraform/git.ts';

/** What staging has live and verified, byte for byte, or the reason why there is nothing to promote. */
async function verifiedOnStaging(
  staging: Session,
  production: Session,
  commit: string | null,
): Promise<VerifiedRelease> {
  const release = liveRelease(viewLedger(await readLedger(staging.aws, 'staging')));
  if (!release)
    throw new ReleaseError(
      'refused',
      'Nothing is changed: staging has no verified release. Run make deploy-staging first',
    );
  const tagged = await imagesOfCommit(production.aws, production.target.images, release.commit);
  const reasons = promotable(release, tagged, commit);
  if (reasons.length > 0)
    throw new ReleaseError(
      'refused',
      ['Nothing is changed:', ...reasons.map((each) => `  ${each}`)].join('\n'),
    );
  return release;
}

/** `promote [--commit SHA] [--yes]`: the very images of the last verified staging release to production. */
export const promote = (args: readonly string[], variables: NodeJS.ProcessEnv): Promise<number> =>
  runVerb(
    {
      name: 'promote',
      options: { commit: { type: 'string' } },
      async run(call): Promise<VerbAnswer> {
        const [staging, session] = [call.open('staging'), call.open('production')];
        const asked = call.values['commit'];
        const { release, commit, images } = await verifiedOnStaging(
          staging,
          session,
          typeof asked === 'string' ? commitNamed(asked) : null,
        );
        await checkImages(session.aws, images, readWaivers(), session.now().toISOString().slice(0, 10));
        const request: DeployRequest = {
          verb: 'promote',
          release: releaseName(commit, session.now()),
          by: session.operator,
          commit,
          images,
          planHash: planHashOf('production', commit),
          bakeSeconds: call.bakeSeconds,
        };
        if (call.dryRun)
          return describePlan(
            'production',
            planDeploy(session.target, await readState(session.aws, session.target), request),
          );
        await call.confirm(
          'production',
          `Promote commit ${shortCommit(commit)} (verified on staging as ${release})`,
        );
        const deployed = await deploy(session, request);
        return { message: `production: ${deployed.because}`, release: deployed.release, images };
      },
    },
    args,
    variables,
  );
