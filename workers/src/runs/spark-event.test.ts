import { messageOfSparkEvent } from './spark-event.ts';

const event = (source: string, detail: object) =>
  JSON.stringify({ version: '0', id: 'x', source, time: '2026-01-01T00:00:00Z', detail });

test.each([
  ['a job run of EMR Serverless', 'aws.emr-serverless', { jobRunId: '00f1', applicationId: '00a' }, '00f1'],
  ['a step', 'aws.emr', { stepId: 's-1', clusterId: 'j-1', state: 'FAILED' }, 's-1'],
  ['a cluster', 'aws.emr', { clusterId: 'j-1', state: 'TERMINATED' }, 'j-1'],
])('an event of %s asks once for that run', (_, source, detail, engineId) => {
  expect(messageOfSparkEvent(event(source, detail))).toMatchObject({
    type: 'spark-run.check',
    payload: { engineId, poll: false },
  });
});

test.each([
  ['is not JSON', '{'],
  ['is of another service', event('aws.s3', { jobRunId: 'x' })],
  ['names no run', event('aws.emr', {})],
])('a body that %s is invalid', (_, body) => {
  expect(() => messageOfSparkEvent(body)).toThrow(/event of EMR/);
});
