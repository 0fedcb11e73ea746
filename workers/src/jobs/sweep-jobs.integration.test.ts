import { PurgeQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { addJob } from '@foretell/backend/db/add-job';
import { datasets } from '@foretell/backend/db/data';
import { updateRows } from '@foretell/backend/db/rows';
import { createUnfinishedJobs } from '@foretell/backend/db/unfinished-jobs';
import { jobs as jobRows, notifications, outbox, type JobRow } from '@foretell/backend/db/work';
import { newId } from '@foretell/core/node/new-id';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { createJobBench, type JobBench } from '../testing/job-bench.ts';
import { createSweepHandler } from './sweep-jobs.ts';

let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
let sqs: SQSClient;
let bench: JobBench;
beforeAll(async () => {
  [aws, bench] = await Promise.all([startAwsWithResources(), createJobBench()]);
  Object.assign(process.env, aws.environment);
  sqs = new SQSClient({});
});
afterAll(async () => {
  await bench.close();
  await aws.stop();
});
afterEach(async () => {
  for (const url of [aws.resources.queueUrls.imports, aws.resources.deadLetterUrls.imports])
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
});

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** An import whose message has left the outbox an hour ago, as `changes` say. */
async function sentImport(changes: Partial<JobRow> = {}): Promise<JobRow> {
  const { id } = await bench.dataset(null);
  const subject = { kind: 'dataset' as const, id };
  const payload = { dataset: id, uploadKey: newId(), format: 'csv' as const };
  return bench.database.write(async (tx) => {
    const row = await addJob(tx, bench.workspace, 'dataset.import', subject, payload);
    const change = { status: 'running' as const, updatedAt: minutesAgo(60), ...changes };
    await updateRows(tx, jobRows, { id: row.id }, change);
    await updateRows(tx, outbox, { job: row.id }, { sentAt: minutesAgo(60) });
    return { ...row, ...change };
  });
}

async function sendBodyOf({ id }: JobRow, QueueUrl: string): Promise<void> {
  const row = await bench.database.read.findOneByOrFail(outbox, { job: id });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: row.body! }));
}

function sweep(now = Date.now): Promise<void> {
  const { queueUrls } = aws.resources;
  const { jobs } = bench.importDeps;
  const handle = createSweepHandler({
    jobs,
    unfinished: createUnfinishedJobs(bench.database),
    sqs,
    queueUrls,
    now,
  });
  return handle(bench.message('jobs.sweep', {}), bench.context);
}

test('a job whose workers died until its message was a dead letter fails, says what to do, and is told once', async () => {
  const job = await sentImport({ heartbeatAt: minutesAgo(5) });
  await sendBodyOf(job, aws.resources.deadLetterUrls.imports);
  await sqs.send(
    new SendMessageCommand({ QueueUrl: aws.resources.deadLetterUrls.imports, MessageBody: 'not ours' }),
  );
  await Promise.all([sweep(), sweep()]);
  await sweep();
  const { status, error } = await bench.finished(job.id);
  expect([status, error?.code]).toEqual(['failed', 'given_up']);
  expect(error?.detail).toMatch(/worker that began it died .* Retry it.* tell your operator the id/);
  expect(await bench.database.read.findOneBy(datasets, { id: job.subjectId })).toMatchObject({
    status: 'failed',
  });
  expect(await bench.database.read.countBy(notifications, { source: `${job.id} given up` })).toBe(1);
  const left = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: aws.resources.deadLetterUrls.imports,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
    }),
  );
  expect(left.Messages).toHaveLength(2);
});

test('a job that a worker is at is left alone, though an older delivery of its message is a dead letter', async () => {
  const job = await sentImport({ heartbeatAt: minutesAgo(1) });
  await sendBodyOf(job, aws.resources.deadLetterUrls.imports);
  await sweep();
  expect(await bench.finished(job.id)).toMatchObject({ status: 'running', error: null });
});

test('a dead letter of an earlier attempt says nothing of the one that waits now', async () => {
  const job = await sentImport({ status: 'queued', attempt: 2 });
  await bench.database.write((tx) => updateRows(tx, jobRows, { id: job.id }, { message: newId() }));
  await sendBodyOf(job, aws.resources.deadLetterUrls.imports);
  await sendBodyOf(job, aws.resources.queueUrls.imports);
  await sweep();
  expect(await bench.finished(job.id)).toMatchObject({ status: 'queued', error: null });
});

test('a silent job fails once its message is nowhere, and not while it may be in its queue', async () => {
  const [begun, waiting] = [
    await sentImport({ heartbeatAt: minutesAgo(5) }),
    await sentImport({ status: 'queued' }),
  ];
  await sendBodyOf(begun, aws.resources.queueUrls.imports);
  await sweep();
  expect((await bench.finished(begun.id)).status).toBe('running');
  expect((await bench.finished(waiting.id)).status).toBe('queued');
  await sqs.send(new PurgeQueueCommand({ QueueUrl: aws.resources.queueUrls.imports }));
  await sweep();
  for (const { id } of [begun, waiting])
    expect(await bench.finished(id)).toMatchObject({ status: 'failed', error: { code: 'lost' } });
});

test('in a queue that is never empty a job counts as lost after a day', async () => {
  const job = await sentImport({ heartbeatAt: minutesAgo(5) });
  await sendBodyOf(job, aws.resources.queueUrls.imports);
  await sweep(() => Date.now() + 23 * 3_600_000);
  expect((await bench.finished(job.id)).status).toBe('running');
  await sweep(() => Date.now() + 25 * 3_600_000);
  expect(await bench.finished(job.id)).toMatchObject({ status: 'failed', error: { code: 'lost' } });
});

test('a job that still waits for its turn in the outbox is not lost', async () => {
  const job = await sentImport({ status: 'queued' });
  await bench.database.write((tx) => updateRows(tx, outbox, { job: job.id }, { sentAt: null }));
  await sweep();
  expect((await bench.finished(job.id)).status).toBe('queued');
});
