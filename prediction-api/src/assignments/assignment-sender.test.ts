import type { Message } from '@foretell/core/contracts/messages';
import { createLogger } from '@foretell/core/node/logger';
import { newId } from '../predict/new-id.ts';
import { ids } from '../testing/sample-manifest.ts';
import { createAssignmentSender } from './assignment-sender.ts';

const lines: string[] = [];
const logger = createLogger('test', 'warn', { write: (line) => void lines.push(line) });
const exposedAtMs = Date.parse('2026-01-01T00:00:00Z');

function setUp(maxWaiting = 1000) {
  const sent: Message<'assignments.batch'>[] = [];
  const queue = { down: false };
  const send = (message: Message<'assignments.batch'>) => {
    if (queue.down) return Promise.reject(new Error('SQS cannot be reached'));
    sent.push(message);
    return Promise.resolve();
  };
  const sender = createAssignmentSender(send, logger, {
    everyMs: 5,
    maxWaiting,
    remembered: 1000,
    newId: () => newId(exposedAtMs),
    now: () => exposedAtMs,
  });
  const expose = (unit: string, workspace = ids.workspace) =>
    sender.add(workspace, { experiment: ids.experiment, unit, group: 'model', exposedAtMs });
  const units = () => sent.flatMap(({ payload }) => payload.assignments.map(({ unit }) => unit));
  return { sender, sent, queue, expose, units };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('a unit is told once, with its first exposure, in a message of its workspace', async () => {
  const { sender, sent, expose, units } = setUp();
  sender.start();
  for (const unit of ['a', 'b', 'a']) expose(unit);
  expose('c', ids.otherWorkspace);
  await pause(30);
  expose('a');
  await sender.stop();
  expect(units().sort()).toEqual(['a', 'b', 'c']);
  expect(sent.map(({ workspace }) => workspace).sort()).toEqual([ids.workspace, ids.otherWorkspace]);
  expect(sent[0]!.payload.assignments[0]).toMatchObject({ exposedAt: '2026-01-01T00:00:00.000Z' });
});

test('nothing is lost while SQS is down, and nothing is told twice', async () => {
  const { sender, queue, expose, units } = setUp();
  queue.down = true;
  sender.start();
  for (let i = 0; i < 500; i++) expose(`u${i}`);
  await pause(40);
  expect(units()).toEqual([]);
  queue.down = false;
  await pause(40);
  await sender.stop();
  expect(units()).toEqual(Array.from({ length: 500 }, (_, i) => `u${i}`));
});

test('beyond what may wait a unit is told of at a later prediction', async () => {
  const { sender, queue, expose, units } = setUp(2);
  queue.down = true;
  for (const unit of ['a', 'b', 'c']) expose(unit);
  queue.down = false;
  sender.start();
  await pause(20);
  expose('c');
  await sender.stop();
  expect(units()).toEqual(['a', 'b', 'c']);
});

test('messages stay far under what SQS takes', async () => {
  const { sender, sent, expose, units } = setUp();
  for (let i = 0; i < 600; i++) expose(`${i}${'✈'.repeat(1000)}`);
  await sender.stop();
  expect(units()).toHaveLength(600);
  for (const message of sent) expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(256_000);
});

test('what SQS does not take at the end is counted in the log', async () => {
  const { sender, queue, expose } = setUp();
  queue.down = true;
  for (const unit of ['a', 'b', 'c']) expose(unit);
  await sender.stop();
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ level: 'warn', dropped: 3 });
});
