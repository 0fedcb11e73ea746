import { anyMessage, everyWorkspace } from '@foretell/core/contracts/messages';
import { scheduled, scheduledMessage } from './schedules.ts';
import { synthesized } from './testing/synthesized.ts';
import { textOf } from './policies/resource.ts';

const messaging = synthesized().find(({ name }) => name === 'messaging-production')!;
const named = (type: string, name: string) =>
  messaging.resources.find((resource) => resource.type === type && resource.values['name'] === name);

test.each(scheduled)('$rule sends a message that the workers take', (schedule) => {
  const { template } = scheduledMessage(schedule);
  const filled = template
    .replace('<id>', '6a7e8feb-b491-4cf7-a9f1-bf3703467718')
    .replace('<time>', '2026-11-23T08:00:00Z');
  expect(anyMessage.parse(JSON.parse(filled))).toMatchObject({
    type: schedule.type,
    workspace: everyWorkspace,
  });
});

test.each(scheduled)('$rule is a rule, which its queue lets in', (schedule) => {
  const rule = named('aws_cloudwatch_event_rule', `foretell-production-${schedule.rule}`)!;
  expect(rule.values['schedule_expression']).toBe(schedule.expression);
  const queue = named('aws_sqs_queue', `foretell-production-${schedule.queue}`)!;
  const policy = messaging.resources.find(
    ({ type, values }) =>
      type === 'aws_sqs_queue_policy' && textOf(values['queue_url']).includes(`${queue.address}.`),
  );
  expect(textOf(policy?.values['policy'])).toContain(`\${${rule.address}.arn}`);
  const target = messaging.resources.find(
    ({ type, values }) =>
      type === 'aws_cloudwatch_event_target' && textOf(values['rule']).includes(rule.address),
  );
  expect(target?.values['arn']).toBe(`\${${queue.address}.arn}`);
});
