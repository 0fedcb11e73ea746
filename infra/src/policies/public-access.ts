import { bucketsWithout } from './encryption.ts';
import {
  blocks,
  documentIn,
  eachOf,
  isObject,
  listOf,
  statementsOf,
  unless,
  type Json,
  type JsonObject,
  textOf,
  type Policy,
} from './resource.ts';

const closed = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'];
const everywhere = new Set<Json>(['0.0.0.0/0', '::/0']);
/** What the whole internet may reach, on a load balancer. */
const publicPorts = new Set<Json>([80, 443]);

/** Ports that a security group's rule, or a group's own block, opens to everybody. */
export function openPorts(type: string, values: JsonObject): readonly string[] {
  const rules = type === 'aws_security_group' ? blocks(values, 'ingress') : [values];
  return rules.flatMap((rule) => {
    const from = [rule['cidr_ipv4'], rule['cidr_ipv6'], ...listOf(rule['cidr_blocks'])];
    const ports = [rule['from_port'], rule['to_port']];
    if (!from.some((cidr) => cidr !== undefined && everywhere.has(cidr))) return [];
    return ports.every((port) => port !== undefined && publicPorts.has(port))
      ? []
      : [`ports ${ports.map(textOf).join(' to ')} are open to everybody`];
  });
}

/** Whether a statement lets anybody at all do something, with no condition to hold them. */
export const isForEverybody = (statement: JsonObject): boolean => {
  const principal = statement['Principal'];
  const anyone =
    principal === '*' ||
    (isObject(principal) && Object.values(principal).some((p) => listOf(p).includes('*')));
  return statement['Effect'] === 'Allow' && anyone && statement['Condition'] === undefined;
};

const networkPolicies: readonly Policy['check'][] = [
  eachOf(['aws_vpc_security_group_ingress_rule', 'aws_security_group'], ({ type, values }) =>
    openPorts(type, values),
  ),
  eachOf(['aws_db_instance', 'aws_redshiftserverless_workgroup'], ({ values }) =>
    unless(values['publicly_accessible'] !== true, 'has a public address'),
  ),
  eachOf(['aws_subnet'], ({ values }) =>
    unless(values['map_public_ip_on_launch'] !== true, 'gives public addresses to whatever starts in it'),
  ),
  eachOf(['aws_ecs_service'], ({ values }) =>
    blocks(values, 'network_configuration').flatMap((network) =>
      unless(network['assign_public_ip'] !== true, 'its tasks have public addresses'),
    ),
  ),
];

/** Attributes that hold the policy of a resource itself. */
export const resourcePolicies = ['policy', 'redrive_policy', 'access_policy', 'resource_policy'];

export const publicAccessPolicy: Policy = {
  name: 'public access',
  rule: 'Only the load balancer and the public API can be reached from outside',
  check: (resources) => [
    ...bucketsWithout(resources, 'aws_s3_bucket_public_access_block', (values) =>
      closed.every((name) => values[name] === true),
    ).map((address) => `${address}: the bucket is not closed to the public`),
    ...networkPolicies.flatMap((check) => check(resources)),
    ...resources.flatMap(({ address, values }) =>
      resourcePolicies.flatMap((attribute) => {
        const document = documentIn(values[attribute]);
        return document && statementsOf(document).some(isForEverybody)
          ? [`${address}: its policy lets everybody in`]
          : [];
      }),
    ),
  ],
};
