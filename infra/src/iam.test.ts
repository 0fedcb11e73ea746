import { trustOfServices } from './iam.ts';

const conditionOf = (service: string): unknown =>
  (JSON.parse(trustOfServices([service], '111111111111')) as { Statement: { Condition?: unknown }[] })
    .Statement[0]?.Condition;

test('a service that tells its account may only come from ours', () => {
  expect(conditionOf('ecs-tasks.amazonaws.com')).toEqual({
    StringEquals: { 'aws:SourceAccount': '111111111111' },
  });
});

test.each(['ec2.amazonaws.com', 'lambda.amazonaws.com', 'elasticmapreduce.amazonaws.com'])(
  '%s tells nothing, and is asked nothing: a condition would lock it out',
  (service) => {
    expect(conditionOf(service)).toBeUndefined();
  },
);

test('Elastic Beanstalk says its own name', () => {
  expect(conditionOf('elasticbeanstalk.amazonaws.com')).toEqual({
    StringEquals: { 'sts:ExternalId': 'elasticbeanstalk' },
  });
});
