import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { QueueName } from '@foretell/core/contracts/messages';
import { batchStatus } from '@foretell/core/contracts/public-api';
import type { Platform } from '@foretell/local/platform';
import { clientConfig } from '@foretell/local/resources';
import { readAnswer } from './api-client.ts';
import type { PublicApi } from './replay.ts';

const patienceMs = 180_000;

/** Waits until the streamed batches are in the lake. */
export async function batchesStored(api: PublicApi, batches: readonly string[]): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (const batch of batches) {
    for (;;) {
      const response = await fetch(`${api.origin}/v1/batches/${batch}`, {
        headers: { 'x-api-key': api.apiKey },
      });
      const { status } = await readAnswer(response, batchStatus, 'GET /v1/batches/{batch_id}');
      if (status === 'stored') break;
      if (Date.now() > deadline)
        throw new Error(`batch ${batch} was not stored within ${patienceMs / 1000} s`);
      await sleep(200);
    }
  }
}

/** Waits until the workers have nothing left to do on the queues: what was sent is in the warehouse. */
export async function queuesDrained(platform: Platform, names: readonly QueueName[]): Promise<void> {
  const queueUrls = names.map((name) => platform.resources.queueUrls[name]);
  const sqs = new SQSClient(clientConfig(platform.environment['AWS_ENDPOINT_URL'] ?? ''));
  const deadline = Date.now() + patienceMs;
  try {
    for (const QueueUrl of queueUrls) {
      while ((await depth(sqs, QueueUrl)) > 0) {
        if (Date.now() > deadline)
          throw new Error(`${QueueUrl} was not worked off within ${patienceMs / 1000} s`);
        await sleep(200);
      }
    }
  } finally {
    sqs.destroy();
  }
}

/** Messages waiting, and messages being handled. */
async function depth(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(Attributes).reduce((sum, value) => sum + Number(value), 0);
}
