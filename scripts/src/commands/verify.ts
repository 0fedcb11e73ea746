import { liveRelease, viewLedger } from '../release/ledger.ts';
import { readState } from '../release/read-state.ts';
import { environmentOf, runVerb, type VerbAnswer } from '../release/run-verb.ts';
import { differences } from '../release/verify.ts';

/** `verify ENV`: whether what runs is what the ledger says, to the digest. Changes nothing. */
export const verify = (args: readonly string[], variables: NodeJS.ProcessEnv): Promise<number> =>
  runVerb(
    {
      name: 'verify',
      async run(call): Promise<VerbAnswer> {
        const environment = environmentOf(call);
        const { aws, target } = call.open(environment);
        const state = await readState(aws, target);
        const found = differences(state);
        if (found.length > 0)
          return {
            code: 'refused',
            message: [`${environment} is not as its ledger says:`, ...found.map((each) => `  ${each}`)].join(
              '\n',
            ),
          };
        const live = liveRelease(viewLedger(state.ledger));
        return { message: `${environment} runs ${live?.release ?? 'nothing yet'}, as its ledger says` };
      },
    },
    args,
    variables,
  );
