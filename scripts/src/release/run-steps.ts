import { ConflictException } from '@aws-sdk/client-ecs';
import { ledgerEvent, type LedgerEvent } from '@foretell/core/contracts/releases-table';
import type { Api, Aws, OutputOf } from './aws-calls.ts';
import { ledgerPut } from './ledger-store.ts';
import type { Progress } from './progress.ts';
import { fillIn } from './placeholders.ts';
import type { CallStep, LedgerDraft, Step } from './steps.ts';
import type { WaitDeps } from './wait-deps.ts';
import { waitFor } from './wait-for.ts';

export interface RunDeps extends Omit<WaitDeps, 'look'> {
  readonly aws: Aws;
  readonly environment: string;
  readonly progress: Progress;
  /** Throws when the release may not go on. `surely`: before a call, asked anew; else now and then will do. */
  readonly mayGoOn: (how: 'surely' | 'now and then') => Promise<void>;
  /** When the ledger's last entry was noted, by its writer's clock; null: it has none. */
  readonly after: string | null;
}

interface Timing {
  readonly name: string;
  readonly seconds: number;
}

/** What a call answers that later steps go by: a revision's ARN, a task's, or the deployment that we started. */
const answers: { readonly [A in Api]?: (output: OutputOf<A>) => string | undefined } = {
  'ecs:RegisterTaskDefinition': ({ taskDefinition }) => taskDefinition?.taskDefinitionArn,
  'ecs:RunTask': ({ tasks }) => tasks?.[0]?.taskArn,
  'ecs:UpdateService': ({ service }) => service?.deployments?.find(({ status }) => status === 'PRIMARY')?.id,
};

/** A run before us began the task, of a revision that it registered for itself: the task is the release's all the same. */
function begunBefore(error: unknown): { readonly tasks: readonly { readonly taskArn: string }[] } {
  if (!(error instanceof ConflictException) || !error.resourceIds) throw error;
  return { tasks: error.resourceIds.map((taskArn) => ({ taskArn })) };
}

async function makeCall(step: CallStep, known: Map<string, string>, { aws, now }: RunDeps): Promise<void> {
  if (step.marks !== undefined) known.set(step.marks, now().toISOString());
  const output = await aws(step.api, fillIn(step.input, known, now())).catch(begunBefore);
  if (step.gives === undefined) return;
  // A call and what it answers share their API, which TypeScript cannot follow through the record.
  const answer = (answers[step.api] as ((given: unknown) => string | undefined) | undefined)?.(output);
  if (answer === undefined) {
    const failures = 'failures' in output ? JSON.stringify(output.failures) : '';
    throw new Error(`${step.api} did not answer with a ${step.gives} ${failures}`.trimEnd());
  }
  known.set(step.gives, answer);
}

export const roundSeconds = (ms: number): number => Math.round(ms / 10) / 100;

/** Makes a plan's steps one after the other. Stops at the first that fails, and says why by what it throws. */
export async function runSteps(steps: readonly Step[], since: Date, deps: RunDeps): Promise<void> {
  const known = new Map<string, string>();
  const timings: Timing[] = [];
  const { progress, now, mayGoOn } = deps;
  let { after } = deps;
  for (const step of steps) {
    const begun = now().getTime();
    progress.begin(step.name);
    try {
      await mayGoOn('api' in step ? 'surely' : 'now and then');
      if ('api' in step) await makeCall(step, known, deps);
      else if ('note' in step) after = await note(step.note, since, timings, { ...deps, after });
      else {
        const look = async (detail: string) => {
          progress.detail(detail);
          await mayGoOn('now and then');
        };
        await waitFor(fillIn(step.wait, known, now()), { ...deps, look });
      }
    } catch (error) {
      progress.end('failed', roundSeconds(now().getTime() - begun));
      throw error;
    }
    const seconds = roundSeconds(now().getTime() - begun);
    progress.end('done', seconds);
    timings.push({ name: step.name, seconds });
  }
}

/** Notes an event later than the ones before it, whatever this machine's clock says: the ledger is read in that order. */
async function note(
  draft: LedgerDraft,
  since: Date,
  steps: readonly Timing[],
  { aws, environment, now, after }: RunDeps,
): Promise<string> {
  const at = new Date(Math.max(now().getTime(), after === null ? 0 : Date.parse(after) + 1));
  const event: LedgerEvent = ledgerEvent.parse({
    ...draft,
    at: at.toISOString(),
    seconds: roundSeconds(at.getTime() - since.getTime()),
    steps,
  });
  await aws('dynamodb:PutItem', ledgerPut(environment, event));
  return event.at;
}
