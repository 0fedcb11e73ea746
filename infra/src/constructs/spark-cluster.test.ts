import { isObject, listOf, statementsOf, textOf, type JsonObject } from '../policies/resource.ts';
import { clusterSpark, synthesized, withEach } from '../testing/synthesized.ts';

const stacks = synthesized(withEach((environment) => ({ ...environment, spark: clusterSpark })));
const all = (stack: string, type: string) =>
  stacks.find(({ name }) => name === stack)!.resources.filter((resource) => resource.type === type);
const isTagged = ({ values }: { values: JsonObject }) =>
  isObject(values['tags']) && values['tags']['for-use-with-amazon-emr-managed-policies'] === 'true';

test("EMR's own policy lets it touch the cluster, its subnets and its groups, by their tag", () => {
  expect(all('spark-production', 'aws_emr_cluster').every(isTagged)).toBe(true);
  expect(all('spark-production', 'aws_security_group').every(isTagged)).toBe(true);
  const subnets = all('foundation', 'aws_subnet').filter(({ address }) => address.includes('private'));
  expect(subnets).toHaveLength(6);
  expect(subnets.every(isTagged)).toBe(true);
});

test('disks are encrypted with our key by EC2, whose grant the role can give to nobody else', () => {
  const [policy] = all('spark-production', 'aws_iam_role_policy').filter(({ address }) =>
    address.includes('service'),
  );
  const statements = statementsOf(JSON.parse(textOf(policy?.values['policy'])) as JsonObject);
  const grant = statements.find(({ Action }) => listOf(Action).includes('kms:CreateGrant'));
  expect(grant?.['Condition']).toEqual({ Bool: { 'kms:GrantIsForAWSResource': 'true' } });
});
