import { isForEverybody, openPorts, resourcePolicies } from '@foretell/infra/policies/public-access';
import {
  blocks,
  documentIn,
  isObject,
  statementsOf,
  type JsonObject,
} from '@foretell/infra/policies/resource';
import type { Json, ResourceChange } from './plan-json.ts';

const objectOf = (value: Json): JsonObject | null => (isObject(value) ? value : null);

const flags: Readonly<Record<string, readonly [attribute: string, value: boolean, what: string][]>> = {
  aws_db_instance: [['publicly_accessible', true, 'the database gets a public address']],
  aws_rds_cluster_instance: [['publicly_accessible', true, 'the database gets a public address']],
  aws_redshift_cluster: [['publicly_accessible', true, 'Redshift gets a public address']],
  aws_redshiftserverless_workgroup: [['publicly_accessible', true, 'Redshift gets a public address']],
  aws_lb: [['internal', false, 'the load balancer faces the internet']],
  aws_subnet: [['map_public_ip_on_launch', true, 'what starts in the subnet gets a public address']],
  aws_s3_bucket_public_access_block: [
    ['block_public_acls', false, 'public ACLs are no longer blocked'],
    ['block_public_policy', false, 'public policies are no longer blocked'],
    ['ignore_public_acls', false, 'public ACLs are no longer ignored'],
    ['restrict_public_buckets', false, 'a public bucket is no longer restricted'],
  ],
};

function exposures(type: string, values: JsonObject): readonly string[] {
  const isIngress = type === 'aws_vpc_security_group_ingress_rule' || type === 'aws_security_group';
  const isOldIngress = type === 'aws_security_group_rule' && values['type'] === 'ingress';
  return [
    ...(flags[type] ?? [])
      .filter(([attribute, value]) => values[attribute] === value)
      .map(([, , what]) => what),
    ...(isIngress || isOldIngress ? openToEverybody(type, values) : []),
    ...(type === 'aws_lambda_function_url' && values['authorization_type'] === 'NONE'
      ? ['anybody may call the function by its URL']
      : []),
    ...(type === 'aws_lambda_permission' && values['principal'] === '*'
      ? ['anybody may invoke the function']
      : []),
    ...blocks(values, 'network_configuration')
      .filter((network) => network['assign_public_ip'] === true)
      .map(() => 'its tasks get public addresses'),
    ...resourcePolicies.flatMap((attribute) => {
      const document = documentIn(values[attribute]);
      return document && statementsOf(document).some(isForEverybody) ? ['its policy lets everybody in'] : [];
    }),
  ];
}

/** Also the ports a load balancer may have open: a reviewer wants to see each. */
function openToEverybody(type: string, values: JsonObject): readonly string[] {
  const found = openPorts(type, values);
  if (found.length > 0) return found;
  const everywhere = [values['cidr_ipv4'], values['cidr_ipv6']].some(
    (cidr) => cidr === '0.0.0.0/0' || cidr === '::/0',
  );
  return everywhere ? [`port ${JSON.stringify(values['from_port'])} is open to everybody`] : [];
}

/** What becomes reachable from outside by this change, and was not before. */
export function newExposures({ type, change }: ResourceChange): readonly string[] {
  const [before, after] = [objectOf(change.before), objectOf(change.after)];
  if (!after)
    return type === 'aws_s3_bucket_public_access_block' && before && change.actions.includes('delete')
      ? ['the bucket is no longer closed to the public']
      : [];
  const old = before ? exposures(type, before) : [];
  return exposures(type, after).filter((what) => !old.includes(what));
}
