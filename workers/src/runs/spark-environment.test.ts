import { z } from 'zod';
import { sparkChoice, sparkEnvironment } from './spark-environment.ts';

const choose = (variables: Record<string, string>) =>
  sparkChoice(z.object(sparkEnvironment).parse(variables));

test('without a word of Spark the embedded engine is chosen', () => {
  expect(choose({})).toBeNull();
});

test('each runner is chosen with what it needs', () => {
  const key = { SPARK_RUNNER_KEY: 'spark/runners/a.py' };
  expect(
    choose({ ...key, SPARK_RUNNER: 'emr-serverless', SPARK_ID: '00a', SPARK_JOB_ROLE_ARN: 'arn:x' }),
  ).toEqual({
    kind: 'emr-serverless',
    trainerConf: {
      'spark.jars.packages': 'com.microsoft.azure:synapseml-lightgbm_2.12:1.0.9',
      'spark.dynamicAllocation.enabled': 'false',
    },
    runnerKey: 'spark/runners/a.py',
    applicationId: '00a',
    jobRoleArn: 'arn:x',
  });
  expect(choose({ ...key, SPARK_RUNNER: 'emr-cluster', SPARK_ID: 'j-1' })).toMatchObject({
    clusterId: 'j-1',
  });
  const cluster = '{"ReleaseLabel":"emr-7.11.0"}';
  expect(choose({ ...key, SPARK_RUNNER: 'emr-transient', SPARK_CLUSTER: cluster })).toMatchObject({
    cluster: { ReleaseLabel: 'emr-7.11.0' },
  });
});

test.each([
  ['emr-serverless', 'SPARK_RUNNER_KEY'],
  ['emr-transient', 'SPARK_CLUSTER'],
])('%s without %s is refused, and the variable is named', (runner, missing) => {
  const given = missing === 'SPARK_CLUSTER' ? { SPARK_RUNNER_KEY: 'k' } : {};
  expect(() => choose({ SPARK_RUNNER: runner, ...given })).toThrow(
    `SPARK_RUNNER is ${runner}, which needs ${missing}.`,
  );
});

test.each(['SPARK_TRAINER_CONF', 'SPARK_CLUSTER'])('%s that is no JSON object is refused by name', (name) => {
  const given = {
    SPARK_RUNNER: 'emr-transient',
    SPARK_RUNNER_KEY: 'k',
    SPARK_CLUSTER: '{}',
    [name]: '["a"]',
  };
  expect(() => choose(given)).toThrow(`${name} is not the JSON object that it has to be.`);
});
