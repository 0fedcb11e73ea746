import { workersEnvironment } from '@foretell/workers/env';
import { isObject, listOf, statementsOf, textOf, type Json, type JsonObject } from '../policies/resource.ts';
import { clusterSpark, synthesized, transientSpark, withEach } from '../testing/synthesized.ts';

const kinds = [clusterSpark, transientSpark].map((spark) => ({
  kind: spark.kind,
  stacks: synthesized(withEach((environment) => ({ ...environment, spark }))),
}));
type Stacks = (typeof kinds)[number]['stacks'];
const all = (stacks: Stacks, stack: string, type: string) =>
  stacks.find(({ name }) => name === stack)!.resources.filter((resource) => resource.type === type);
const isTagged = ({ values }: { values: JsonObject }) =>
  isObject(values['tags']) && values['tags']['for-use-with-amazon-emr-managed-policies'] === 'true';

describe.each(kinds)('Spark on clusters: $kind', ({ stacks }) => {
  test("EMR's own policy lets it touch the cluster, its subnets and its groups, by their tag", () => {
    expect(all(stacks, 'spark-production', 'aws_emr_cluster').every(isTagged)).toBe(true);
    expect(all(stacks, 'spark-production', 'aws_security_group')).toHaveLength(2);
    expect(all(stacks, 'spark-production', 'aws_security_group').every(isTagged)).toBe(true);
    const subnets = all(stacks, 'foundation', 'aws_subnet').filter(({ address }) =>
      address.includes('private'),
    );
    expect(subnets).toHaveLength(6);
    expect(subnets.every(isTagged)).toBe(true);
  });

  test('disks are encrypted with our key by EC2, whose grant the role can give to nobody else', () => {
    const [policy] = all(stacks, 'spark-production', 'aws_iam_role_policy').filter(({ address }) =>
      address.includes('service'),
    );
    const statements = statementsOf(JSON.parse(textOf(policy?.values['policy'])) as JsonObject);
    const grant = statements.find(({ Action }) => listOf(Action).includes('kms:CreateGrant'));
    expect(grant?.['Condition']).toEqual({ Bool: { 'kms:GrantIsForAWSResource': 'true' } });
  });
});

const { stacks } = kinds[1]!;
const [task] = all(stacks, 'compute-production', 'aws_ecs_task_definition').filter(({ address }) =>
  address.includes('workers'),
);
const [container] = listOf(JSON.parse(textOf(task?.values['container_definitions'])) as Json).filter(
  isObject,
);
const given = Object.fromEntries(
  (container?.['environment'] as unknown as { name: string; value: string }[]).map(({ name, value }) => [
    name,
    value,
  ]),
);

test('workers are told what to start a cluster of, and that they shall', () => {
  expect(workersEnvironment.shape.SPARK_RUNNER.parse(given['SPARK_RUNNER'])).toBe('emr-transient');
  expect(given['SPARK_ID']).toBeUndefined();
  expect(JSON.parse(given['SPARK_CLUSTER']!)).toEqual({
    ReleaseLabel: 'emr-7.11.0',
    ServiceRole: expect.stringMatching(/serviceRoleArn/),
    JobFlowRole: expect.stringMatching(/profileArn/),
    SecurityConfiguration: expect.stringMatching(/securityConfiguration/),
    Configurations: [expect.objectContaining({ Classification: 'spark-defaults' })],
    Tags: expect.arrayContaining([
      { Key: 'environment', Value: 'production' },
      { Key: 'for-use-with-amazon-emr-managed-policies', Value: 'true' },
    ]),
    Instances: {
      Ec2SubnetIds: [0, 1, 2].map((i) =>
        expect.stringMatching(new RegExp(`^\\$\\{element\\(.*production_private_subnet_ids, ${i}\\)\\}$`)),
      ),
      EmrManagedMasterSecurityGroup: expect.stringContaining('nodes'),
      EmrManagedSlaveSecurityGroup: expect.stringContaining('nodes'),
      ServiceAccessSecurityGroup: expect.stringContaining('service'),
      InstanceFleets: [
        expect.objectContaining({ InstanceFleetType: 'MASTER', TargetOnDemandCapacity: 1 }),
        expect.objectContaining({ InstanceFleetType: 'CORE', TargetOnDemandCapacity: 2 }),
        expect.objectContaining({ InstanceFleetType: 'TASK', TargetSpotCapacity: 18 }),
      ],
    },
  });
});

test("workers may start, watch and end clusters with their environment's tags, and pass on two roles", () => {
  const statements = all(stacks, 'compute-production', 'aws_iam_role_policy')
    .flatMap(({ values }) => statementsOf(JSON.parse(textOf(values['policy'])) as JsonObject))
    .filter(({ Action }) =>
      listOf(Action).some((action) => /^elasticmapreduce:|^iam:PassRole/.test(textOf(action))),
    );
  const statementOf = (action: string) => statements.find(({ Action }) => listOf(Action).includes(action));
  for (const [action, key] of [
    ['elasticmapreduce:RunJobFlow', 'aws:RequestTag/environment'],
    ['elasticmapreduce:AddTags', 'aws:RequestTag/environment'],
    ['elasticmapreduce:TerminateJobFlows', 'aws:ResourceTag/environment'],
  ] as const)
    expect(statementOf(action)?.['Condition']).toMatchObject({ StringEquals: { [key]: 'production' } });
  const passed = statements
    .filter(({ Action }) => listOf(Action).includes('iam:PassRole'))
    .map(({ Condition }) => Condition);
  expect(passed).toEqual(
    ['elasticmapreduce.amazonaws.com', 'ec2.amazonaws.com'].map((service) => ({
      StringEquals: { 'iam:PassedToService': service },
    })),
  );
});
