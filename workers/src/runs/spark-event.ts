import { everyWorkspace, type Message } from '@foretell/core/contracts/messages';
import { DomainError } from '@foretell/core/domain/errors';
import { newId } from '@foretell/core/node/new-id';
import { z } from 'zod';

/** What EventBridge says of EMR, as much of it as is read: a job run's id, else a step's, else a cluster's. */
const emrEvent = z.object({
  source: z.enum(['aws.emr', 'aws.emr-serverless']),
  time: z.iso.datetime(),
  detail: z.object({
    jobRunId: z.string().optional(),
    stepId: z.string().optional(),
    clusterId: z.string().optional(),
  }),
});

/** A state change on EMR as the message that asks for the run. Throws `invalid`. */
export function messageOfSparkEvent(body: string): Message<'spark-run.check'> {
  const { detail, time } = parse(body);
  const engineId = detail.jobRunId ?? detail.stepId ?? detail.clusterId;
  if (engineId === undefined) throw new DomainError('invalid', 'The event of EMR names no run.');
  return {
    id: newId(),
    type: 'spark-run.check',
    version: 1,
    workspace: everyWorkspace,
    createdAt: time,
    payload: { engineId, poll: false },
  };
}

function parse(body: string): z.output<typeof emrEvent> {
  try {
    return emrEvent.parse(JSON.parse(body));
  } catch (error) {
    throw new DomainError('invalid', 'The message is no event of EMR.', { cause: error });
  }
}
