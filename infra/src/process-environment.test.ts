import { backendEnvironment } from '@foretell/backend/env';
import { predictionApiEnvironment } from '@foretell/prediction-api/env';
import { workersEnvironment } from '@foretell/workers/env';
import { splitVariables } from './process-environment.ts';
import { isObject, listOf, textOf, type Json } from './policies/resource.ts';
import { onBeanstalk, synthesized, withEach, type SynthesizedStack } from './testing/synthesized.ts';

const schemas = {
  backend: backendEnvironment,
  'prediction-api': predictionApiEnvironment,
  workers: workersEnvironment,
} as const;

/** References are not known here: a value of the same kind stands for each. */
const resolved = (name: string, value: string): string =>
  name.startsWith('QUEUE_URL') ? 'https://sqs.example/q' : value.replaceAll(/\$\{[^}]*\}/g, 'resolved');

function containerOf(
  environment: 'staging' | 'production',
  service: keyof typeof schemas,
  among: readonly SynthesizedStack[] = stacks,
) {
  const found = among
    .filter((stack) => stack.environment === environment)
    .flatMap(({ resources }) => resources.filter(({ type }) => type === 'aws_ecs_task_definition'))
    .flatMap(({ values }) => listOf(JSON.parse(textOf(values['container_definitions'])) as Json))
    .find((container) => isObject(container) && container['name'] === service);
  return found as unknown as {
    environment: { name: string; value: string }[];
    secrets: { name: string; valueFrom: string }[];
  };
}

const stacks = synthesized();

test.each(
  (['staging', 'production'] as const).flatMap((environment) =>
    (Object.keys(schemas) as (keyof typeof schemas)[]).map((service) => [environment, service] as const),
  ),
)(
  'in %s, %s is given all that its environment demands, and nothing it does not know',
  (environment, service) => {
    const container = containerOf(environment, service);
    const given = Object.fromEntries([
      ...container.environment.map(({ name, value }) => [name, resolved(name, value)]),
      ...container.secrets.map(({ name }) => [name, 'a secret']),
      // What a release tells each colour of the workers.
      ...(service === 'workers' ? [['COLOUR', 'blue'] as const] : []),
    ]) as Record<string, string>;
    const result = schemas[service].safeParse(given);
    expect(result.error?.issues ?? []).toEqual([]);
    const known = [...Object.keys(schemas[service].shape), 'AWS_REGION'];
    expect(Object.keys(given).filter((name) => !known.includes(name))).toEqual([]);
  },
);

test('hosts of the operator are reached by backend and workers alone, and without any nothing is said', () => {
  const named = synthesized(
    withEach((environment) => ({ ...environment, privateHosts: ['db.internal', '10.0.0.5'] })),
  );
  const allowed = (service: keyof typeof schemas, among?: readonly SynthesizedStack[]) =>
    containerOf('production', service, among).environment.find(({ name }) => name === 'EGRESS_ALLOWED_HOSTS')
      ?.value;
  for (const service of ['backend', 'workers'] as const) {
    expect(allowed(service, named)).toBe('db.internal,10.0.0.5');
    expect(allowed(service)).toBeUndefined();
  }
  expect(allowed('prediction-api', named)).toBeUndefined();
});

test('the database password is a reference to one field of the secret that RDS keeps', () => {
  expect(containerOf('production', 'backend').secrets).toEqual([
    { name: 'DATABASE_PASSWORD', valueFrom: expect.stringMatching(/database_secret_arn}:password::$/) },
  ]);
});

test('on Beanstalk a process gets the same variables, and the secret by its ARN', () => {
  const values = synthesized(withEach(onBeanstalk))
    .find(({ name }) => name === 'beanstalk-staging')!
    .resources.find(
      ({ type, values: of }) => type === 'aws_elastic_beanstalk_environment' && of['tier'] === 'WebServer',
    )!.values;
  const settings = listOf(values['setting']) as unknown as {
    namespace: string;
    name: string;
    value: string;
  }[];
  const named = (namespace: string) =>
    settings.filter((setting) => setting.namespace === `aws:elasticbeanstalk:application:${namespace}`);
  const plain = named('environment').map(({ name }) => name);
  expect(
    containerOf('staging', 'backend')
      .environment.map(({ name }) => name)
      .filter((name) => !plain.includes(name)),
  ).toEqual([]);
  expect(named('environmentsecrets')).toEqual([
    expect.objectContaining({
      name: 'DATABASE_PASSWORD',
      value: expect.stringMatching(/database_secret_arn}$/),
    }),
  ]);
});

test('plain values and references are told apart, and what is left out stays out', () => {
  expect(splitVariables({ A: '1', B: { valueFrom: 'arn' }, C: undefined })).toEqual({
    plain: [['A', '1']],
    secret: [['B', 'arn']],
  });
});
