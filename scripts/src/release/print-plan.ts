import type { LedgerEvent } from '@foretell/core/contracts/releases-table';
import { refusal } from './deploy.ts';
import { ledgerPut } from './ledger-store.ts';
import type { PlannedStep } from './result.ts';
import type { VerbAnswer } from './run-verb.ts';
import { now, type Plan, type Step } from './steps.ts';

function planned(environment: string, step: Step): PlannedStep {
  const { name } = step;
  if ('api' in step) return { name, api: step.api, input: step.input };
  if ('wait' in step) return { name, api: null, input: step.wait };
  // Shown as it will be written; how long what took is known only then.
  const event = { ...step.note, at: now } as LedgerEvent;
  return { name, api: 'dynamodb:PutItem', input: ledgerPut(environment, event) };
}

/** What a dry run says: the calls that would be made, between taking and giving back the lock. */
export function describePlan(environment: string, plan: Plan): VerbAnswer {
  if (plan.kind === 'refused') throw refusal(plan);
  if (plan.kind === 'nothing') return { message: plan.because, plan: [] };
  const steps = plan.steps.map((step) => planned(environment, step));
  const lines = steps.map(
    ({ name, api, input }) => `${api ?? 'wait'}  # ${name}\n  ${JSON.stringify(input)}`,
  );
  const last = plan.ends === 'again' ? ['then it is planned anew, from what is so then'] : [];
  return { message: [...lines, ...last].join('\n'), release: plan.release, plan: steps };
}
