import { documentIn, listOf, statementsOf, type JsonObject, textOf, type Policy } from './resource.ts';

/** Calls that AWS offers for no resource in particular, and that read no data. */
const noResourceToName = new Set([
  'ecr:GetAuthorizationToken',
  'redshift-data:DescribeStatement',
  'redshift-data:GetStatementResult',
  'redshift-data:CancelStatement',
  'redshift-data:ListStatements',
  'elasticmapreduce:ListClusters',
]);

/** What makes something, and so can name no resource yet: a condition must say of what kind. */
const boundByConditions = new Set(['elasticmapreduce:RunJobFlow']);

/** Managed policies that are allowed, and why they are wide. */
const allowedManaged = [
  // Reads how things are set up; the role's own statements deny it what they hold.
  'arn:aws:iam::aws:policy/ReadOnlyAccess',
  // For Terraform itself, from a protected environment alone.
  'arn:aws:iam::aws:policy/PowerUserAccess',
  'arn:aws:iam::aws:policy/service-role/',
  'arn:aws:iam::aws:policy/AWSElasticBeanstalk',
];

function wideIn(statement: JsonObject): readonly string[] {
  if (statement['Effect'] !== 'Allow') return [];
  const actions = listOf(statement['Action']).map(textOf);
  const resources = listOf(statement['Resource']).map(textOf);
  const wild = actions.filter((action) => action === '*' || /^[\w-]+:\*$/.test(action));
  const isBound = statement['Condition'] !== undefined;
  const mayBeUnnamed = (action: string) =>
    noResourceToName.has(action) || wild.includes(action) || (isBound && boundByConditions.has(action));
  const unnamed = resources.includes('*') ? actions.filter((action) => !mayBeUnnamed(action)) : [];
  return [
    ...wild.map((action) => `allows every action (${action})`),
    ...unnamed.map((action) => `allows ${action} on every resource`),
    ...(statement['NotAction'] === undefined ? [] : ['allows everything but a list (NotAction)']),
    ...(statement['NotResource'] === undefined ? [] : ['allows every resource but a list (NotResource)']),
  ];
}

export const iamPolicy: Policy = {
  name: 'IAM',
  rule: 'Roles name their actions and their resources',
  check: (resources) =>
    resources.flatMap(({ address, type, values }) => {
      if (type === 'aws_iam_role_policy_attachment') {
        const arn = textOf(values['policy_arn']);
        return allowedManaged.some((allowed) => arn.startsWith(allowed))
          ? []
          : [`${address}: attaches ${arn}, which is not on the list of managed policies`];
      }
      if (type !== 'aws_iam_role_policy' && type !== 'aws_iam_policy') return [];
      const document = documentIn(values['policy']);
      return document
        ? statementsOf(document)
            .flatMap(wideIn)
            .map((wide) => `${address}: ${wide}`)
        : [];
    }),
};
