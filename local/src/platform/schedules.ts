import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { everyWorkspace, messages } from '@foretell/core/contracts/messages';
import { newId } from '@foretell/core/node/new-id';

/** Stands in for EventBridge Scheduler: asks for a look at every running experiment, over and over. */
export function startSchedules(
  sqs: SQSClient,
  queueUrl: string,
  everyMs: number,
  write: (line: string) => void,
): { stop: () => void } {
  const send = async () => {
    const message = messages['experiment.analyze'].schema.parse({
      id: newId(),
      type: 'experiment.analyze',
      version: 1,
      workspace: everyWorkspace,
      createdAt: new Date().toISOString(),
      payload: {},
    });
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }));
  };
  const timer = setInterval(() => {
    send().catch((error: unknown) =>
      write(`the schedule of looks failed: ${error instanceof Error ? error.message : String(error)}`),
    );
  }, everyMs);
  return { stop: () => clearInterval(timer) };
}
