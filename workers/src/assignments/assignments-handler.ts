import type { Assignment } from '@foretell/core/contracts/messages';
import type { Handler } from '../runtime/handler.ts';
import { createCoalescer } from '../warehouse/coalesce.ts';
import type { StagedLoadDeps } from '../warehouse/staged-load.ts';
import { loadAssignments } from './load-assignments.ts';

/** `assignments.batch`: exposures into the warehouse; messages handled at the same time are loaded together. */
export function createAssignmentsHandler(deps: StagedLoadDeps): Handler<'assignments.batch'> {
  const load = createCoalescer<Assignment>((assignments) => loadAssignments(deps, assignments), {
    delayMs: 200,
    maxItems: 50_000,
  });
  return async ({ payload }, { logger }) => {
    await load(payload.assignments);
    logger.info({ assignments: payload.assignments.length }, 'assignments loaded');
  };
}
