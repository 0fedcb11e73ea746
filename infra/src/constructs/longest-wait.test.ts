import { longestWaits } from './longest-wait.ts';

const waits = longestWaits({ streams: ['records', 'metrics'], jobs: ['imports', 'trainings'] });
const [streams, jobs] = waits;

test('of streams the oldest message counts, of jobs only where one waits', () => {
  expect(streams?.expression).toBe('MAX([a0, a1])');
  expect(jobs?.expression).toBe('MAX([IF(v0 > 0, a0, 0), IF(v1 > 0, a1, 0)])');
});

test('every name in an expression is a metric of the queue it stands for', () => {
  for (const { expression, metrics } of waits)
    expect([...new Set(expression.match(/\b[av]\d\b/g))].sort()).toEqual(Object.keys(metrics).sort());
  expect(jobs?.metrics['v1']).toMatchObject({
    name: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: 'trainings' },
  });
});

test('more metrics than an alarm takes are refused at synth', () => {
  const many = Array.from({ length: 6 }, (_, index) => `q${index}`);
  expect(() => longestWaits({ streams: [], jobs: many })).toThrow('too many queues of jobs');
});
