import { setTimeout as sleep } from 'node:timers/promises';
import { APIGatewayClient, GetApiKeysCommand } from '@aws-sdk/client-api-gateway';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { jest } from '@jest/globals';
import { servingManifest } from '@foretell/core/contracts/serving-manifest';
import { servingManifestKey } from '@foretell/core/domain/lake-keys';
import { newId } from '@foretell/core/node/new-id';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { describeOnEachDatabase } from '@foretell/local/testing/test-databases';
import { IsNull } from 'typeorm';
import { addJob } from '../db/add-job.ts';
import { createGatewayRemovalStore, planGatewayRemoval } from '../db/gateway-removals.ts';
import { createJobProgress } from '../db/job-progress.ts';
import { enqueueManifest, enqueueMessage } from '../db/outbox.ts';
import { gatewayRemovals } from '../db/serving.ts';
import { outbox } from '../db/work.ts';
import { publishManifest } from '../manifest/publish-manifest.ts';
import { signUp } from '../testing/sample-workspace.ts';
import { startTestBackend, type TestBackend } from '../testing/start-test-backend.ts';
import { createOutboxStore } from './outbox-store.ts';
import { createRelay } from './relay.ts';
import { removeGatewayKeys } from './remove-gateway-keys.ts';
import { sendMessages } from './send-messages.ts';
import { startRelay } from './start-relay.ts';

/** Nothing listens on port 9. */
const nowhere = 'http://127.0.0.1:9';
const jobsAtOnce = 2;

describeOnEachDatabase('the outbox', (engine) => {
  let backend: TestBackend;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const [aws, server] = [await startAwsWithResources(), await engine.start()];
    backend = await startTestBackend(aws.environment, server.url);
    stop = async () => {
      await backend.stop();
      await server.stop();
      await aws.stop();
    };
  });
  afterAll(() => stop());

  const workspace = newId();
  const enqueue = (experiment: string) =>
    backend.database.write((tx) => enqueueMessage(tx, 'experiment.analyze', workspace, { experiment }));
  const open = () => backend.database.read.countBy(outbox, { sentAt: IsNull() });
  const relay = (now: () => number = Date.now, sqs = backend.aws.sqs) => {
    const { database, lake, logger } = backend;
    return createRelay({
      store: createOutboxStore(database, { jobsAtOnce, now }),
      logger,
      send: (rows) => sendMessages(sqs, backend.aws.queueUrls, rows),
      publishManifest: () => publishManifest(database, lake),
    });
  };

  /** Reads a queue until it is empty: the payloads that were sent. */
  async function payloads(queueUrl: string): Promise<Record<string, string>[]> {
    const read: Record<string, string>[] = [];
    for (;;) {
      const { Messages = [] } = await backend.aws.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 0,
          VisibilityTimeout: 600,
        }),
      );
      if (Messages.length === 0) return read;
      read.push(...Messages.map(({ Body }) => JSON.parse(Body!).payload as Record<string, string>));
    }
  }
  const received = async () =>
    (await payloads(backend.aws.queueUrls.metrics)).map(({ experiment }) => experiment!);
  const receivedJobs = async (queueUrl: string) => (await payloads(queueUrl)).map(({ job }) => job!);
  const manifest = () => backend.lake.getJson(servingManifestKey, servingManifest);

  test('every message arrives, and is sent once', async () => {
    const ids = Array.from({ length: 25 }, () => newId());
    for (const id of ids) await enqueue(id);
    expect(await relay().relayOnce()).toBe(true);
    expect((await received()).toSorted()).toEqual(ids.toSorted());
    expect(await relay().relayOnce()).toBe(true);
    expect(await received()).toEqual([]);
  });

  test('while SQS cannot be reached messages wait, and arrive once it can', async () => {
    const id = newId();
    await enqueue(id);
    const unreachable = new SQSClient({ endpoint: nowhere, useQueueUrlAsEndpoint: false, maxAttempts: 1 });
    jest.spyOn(backend.logger, 'warn').mockImplementation(() => undefined);
    expect(await relay(Date.now, unreachable).relayOnce()).toBe(false);
    expect(await relay().relayOnce()).toBe(true);
    expect(await received()).toEqual([id]);
  });

  test('a relay killed after it took messages loses none: another sends them when the claim is over', async () => {
    const id = newId();
    await enqueue(id);
    expect(await createOutboxStore(backend.database, { jobsAtOnce }).take(10)).toHaveLength(1);
    await relay().relayOnce();
    expect(await received()).toEqual([]);
    await relay(() => Date.now() + 31_000).relayOnce();
    expect(await received()).toEqual([id]);
  });

  test('two relays at once send each message once', async () => {
    const ids = Array.from({ length: 40 }, () => newId());
    for (const id of ids) await enqueue(id);
    await Promise.all([relay().relayOnce(), relay().relayOnce(), relay().relayOnce()]);
    expect((await received()).toSorted()).toEqual(ids.toSorted());
  });

  test('sent rows are forgotten after their time, open ones never', async () => {
    await enqueue(newId());
    const store = createOutboxStore(backend.database, {
      jobsAtOnce,
      now: () => Date.now() + 8 * 86_400_000,
    });
    await store.forgetSent(7 * 86_400_000);
    expect(await open()).toBe(1);
    await relay().relayOnce();
    expect(await received()).toHaveLength(1);
  });

  test("one workspace's many jobs leave a few at a time; another's first leaves at once", async () => {
    const [busy, quiet] = [newId(), newId()];
    const add = (of: string) =>
      backend.database.write((tx) => {
        const model = newId();
        return addJob(tx, of, 'training.run', { kind: 'model', id: model }, { model, training: newId() });
      });
    const flood: string[] = [];
    for (let i = 0; i < 6; i++) flood.push((await add(busy)).id);
    const first = (await add(quiet)).id;
    const arrived = () => receivedJobs(backend.aws.queueUrls.trainings);
    await relay().relayOnce();
    expect((await arrived()).toSorted()).toEqual([...flood.slice(0, 2), first].toSorted());
    await relay().relayOnce();
    expect(await arrived()).toEqual([]);
    await createJobProgress(backend.database).succeedJob(flood[1]!);
    await relay().relayOnce();
    expect(await arrived()).toEqual([flood[2]]);
    for (const id of flood) {
      await createJobProgress(backend.database).succeedJob(id);
      await relay().relayOnce();
    }
    expect((await arrived()).toSorted()).toEqual(flood.slice(3).toSorted());
    expect(await open()).toBe(0);
  });

  test('many changes are one new manifest, and no change is none', async () => {
    const { token } = await signUp(backend);
    await backend.database.write(enqueueManifest);
    await relay().relayOnce();
    const before = await manifest();
    for (const name of ['a', 'b', 'c']) await backend.client.call('createApiKey', { token, body: { name } });
    await relay().relayOnce();
    const after = await manifest();
    expect(after.generation).toBe(before.generation + 1);
    expect(after.apiKeys).toHaveLength(before.apiKeys.length + 3);
    await backend.database.write(enqueueManifest);
    await relay().relayOnce();
    expect(await manifest()).toEqual(after);
  });

  test('publishers at once end with what the tables say', async () => {
    const { token } = await signUp(backend);
    const { database, lake } = backend;
    const work = Array.from({ length: 8 }, async (_, i) => {
      await backend.client.call('createApiKey', { token, body: { name: `k${i}` } });
      await publishManifest(database, lake);
    });
    await Promise.all(work);
    const { body } = await backend.client.call('listApiKeys', { token });
    const published = new Set((await manifest()).apiKeys.map(({ selector }) => `fk_${selector}`));
    for (const { prefix } of body.items) expect(published).toContain(prefix);
  });

  test('a running relay publishes a new key and its revocation by itself', async () => {
    const { token } = await signUp(backend);
    const stopRelay = await startRelay({ ...backend, ...backend.aws, jobsAtOnce });
    const { apiKey } = (await backend.client.call('createApiKey', { token, body: { name: 'k' } })).body;
    const isServed = async () =>
      (await manifest()).apiKeys.some(({ selector }) => `fk_${selector}` === apiKey.prefix);
    while (!(await isServed())) await sleep(50);
    await backend.client.call('revokeApiKey', { token, params: { id: apiKey.id } });
    const revokedAt = performance.now();
    while (await isServed()) await sleep(50);
    process.stdout.write(
      `a revoked key left the manifest after ${Math.round(performance.now() - revokedAt)} ms\n`,
    );
    await stopRelay();
  });

  test('two relays at once take each key out of API Gateway once', async () => {
    const removed: string[] = [];
    const store = createGatewayRemovalStore(backend.database);
    const remove = async (id: string) => {
      await sleep(1);
      removed.push(id);
    };
    const once = () => removeGatewayKeys({ store, remove, logger: backend.logger });
    await once();
    const leftByOtherTests = removed.splice(0);
    expect(leftByOtherTests.length).toBeLessThan(10);
    const ids = Array.from({ length: 12 }, () => newId());
    const due = new Date().toISOString();
    for (const id of ids) await backend.database.write((tx) => planGatewayRemoval(tx, id, due));
    await Promise.all([once(), once(), once()]);
    await once();
    expect(removed.toSorted()).toEqual(ids.toSorted());
    expect(await backend.database.read.count(gatewayRemovals)).toBe(0);
  });

  test('a running relay takes a revoked key out of API Gateway', async () => {
    const { token } = await signUp(backend);
    const { apiKey } = (await backend.client.call('createApiKey', { token, body: { name: 'k' } })).body;
    const gateway = new APIGatewayClient();
    const isTaken = async () =>
      (await gateway.send(new GetApiKeysCommand({ nameQuery: apiKey.id }))).items?.length === 1;
    expect(await isTaken()).toBe(true);
    const stopRelay = await startRelay({ ...backend, ...backend.aws, jobsAtOnce });
    await backend.client.call('revokeApiKey', { token, params: { id: apiKey.id } });
    while (await isTaken()) await sleep(50);
    await stopRelay();
    gateway.destroy();
  });
});
