import type { Environment, Placement } from '../environments.ts';
import { blocks, textOf, type JsonObject } from '../policies/resource.ts';
import { synthesized, withEach, type SynthesizedStack } from '../testing/synthesized.ts';

const placed = (placement: Placement) =>
  synthesized(
    withEach((environment): Environment => ({
      ...environment,
      services: {
        ...environment.services,
        backend: { ...environment.services.backend, ...placement },
        workers: { ...environment.services.workers, ...placement },
      },
    })),
  );
const of = (stacks: readonly SynthesizedStack[], stack: string, type: string) =>
  stacks
    .filter(({ name }) => name === `${stack}-production`)
    .flatMap(({ resources }) => resources.filter((resource) => resource.type === type));
/** Rules that answer to the dashboard's name without a header, first come first served: by the target groups they name. */
function trafficRules(stacks: readonly SynthesizedStack[]): readonly string[] {
  return of(stacks, 'compute', 'aws_lb_listener_rule')
    .filter(({ values }) => JSON.stringify(values['condition']).includes('app.foretell.example'))
    .filter(({ values }) => blocks(values, 'condition').every((c) => c['http_header'] === undefined))
    .sort((a, b) => Number(a.values['priority']) - Number(b.values['priority']))
    .map(({ address }) => (address.includes('beanstalk') ? 'beanstalk' : 'ecs'));
}
const ecsServices = (stacks: readonly SynthesizedStack[]) =>
  of(stacks, 'compute', 'aws_ecs_service').filter(({ values }) =>
    textOf(values['name']).startsWith('backend'),
  ).length;
const environments = (stacks: readonly SynthesizedStack[]) =>
  of(stacks, 'beanstalk', 'aws_elastic_beanstalk_environment');

test.each<[Placement, rules: string[], ecs: number, beanstalk: boolean]>([
  [{ runtime: 'ecs' }, ['ecs'], 2, false],
  [{ runtime: 'ecs', beside: 'beanstalk' }, ['ecs'], 2, true],
  [{ runtime: 'beanstalk', beside: 'ecs' }, ['beanstalk', 'ecs'], 2, true],
  [{ runtime: 'beanstalk' }, ['beanstalk'], 0, true],
])(
  'with %j traffic goes to where it says, and nothing goes before traffic has left it',
  (placement, ...rest) => {
    const stacks = placed(placement);
    expect([trafficRules(stacks), ecsServices(stacks), environments(stacks).length > 0]).toEqual(rest);
  },
);

const moved = placed({ runtime: 'beanstalk' });
const settingsOf = ({ values }: { values: JsonObject }) =>
  Object.fromEntries(
    blocks(values, 'setting').map((setting) => [
      `${textOf(setting['namespace'])} ${textOf(setting['name'])}`,
      textOf(setting['value']),
    ]),
  );
const named = (name: string) =>
  environments(moved).find(({ values }) => values['name'] === `ft-prd-${name}`)!;

test('the instances of the backend join the target group of ours that has the traffic, and are reached from it', () => {
  const [attachment] = of(moved, 'beanstalk', 'aws_autoscaling_attachment');
  expect(attachment?.values['lb_target_group_arn']).toContain('beanstalk_target_group_arn');
  const [inside] = of(moved, 'beanstalk', 'aws_vpc_security_group_ingress_rule');
  expect(inside?.values).toMatchObject({
    from_port: 80,
    referenced_security_group_id: expect.stringContaining('front_group_id'),
  });
  const outside = of(moved, 'compute', 'aws_vpc_security_group_egress_rule').filter(
    ({ address, values }) => address.includes('beanstalk') && values['to_port'] === 80,
  );
  expect(outside).toHaveLength(1);
});

test('the backend migrates before it starts, since no release does it here', () => {
  const bundle = of(moved, 'beanstalk', 'aws_s3_object').find(({ values }) =>
    textOf(values['key']).includes('/backend/'),
  );
  expect(textOf(bundle?.values['content'])).toContain(
    'node backend/src/migrate.ts && exec node backend/src/main.ts',
  );
});

test('sqsd posts to the door of the workers, waits as long as a job may take, and hides the message longer', () => {
  const settings = settingsOf(named('workers-trainings'));
  const sqsd = (name: string) => settings[`aws:elasticbeanstalk:sqsd ${name}`];
  expect(sqsd('HttpPath')).toBe('/messages');
  expect(sqsd('MimeType')).toBe('application/json');
  expect(sqsd('MaxRetries')).toBe('5');
  expect(Number(sqsd('InactivityTimeout'))).toBe(3 * 3600);
  expect(Number(sqsd('VisibilityTimeout'))).toBeGreaterThan(Number(sqsd('InactivityTimeout')));
  expect(settings['aws:elasticbeanstalk:application:environment PORT']).toBe('4002');
  const streams = settingsOf(named('workers-records'));
  expect(Number(streams['aws:elasticbeanstalk:sqsd VisibilityTimeout'])).toBe(300);
});

test('a new digest is a new version that runs before the old one goes', () => {
  for (const { values } of of(moved, 'beanstalk', 'aws_elastic_beanstalk_application_version'))
    expect(values['lifecycle']).toEqual({ create_before_destroy: true });
  expect(named('backend').values['lifecycle']).toEqual({ ignore_changes: ['platform_arn'] });
});
