import {
  blocks,
  eachOf,
  listOf,
  unless,
  type JsonObject,
  textOf,
  type Policy,
  type Resource,
} from './resource.ts';

const isTrue = (values: JsonObject, name: string) => values[name] === true;
const given = (values: JsonObject, name: string) => typeof values[name] === 'string' && values[name] !== '';

/** By type: whether what it stores is encrypted. */
const encrypted: Readonly<Record<string, (values: JsonObject) => boolean>> = {
  aws_cloudwatch_log_group: (v) => given(v, 'kms_key_id'),
  aws_db_instance: (v) => isTrue(v, 'storage_encrypted') && given(v, 'kms_key_id'),
  aws_dynamodb_table: (v) => blocks(v, 'server_side_encryption').some((b) => isTrue(b, 'enabled')),
  aws_ecr_repository: (v) =>
    blocks(v, 'encryption_configuration').some((b) => b['encryption_type'] === 'KMS'),
  aws_emr_cluster: (v) => given(v, 'security_configuration'),
  aws_redshiftserverless_namespace: (v) => given(v, 'kms_key_id'),
  aws_s3_object: (v) => v['server_side_encryption'] === 'aws:kms',
  aws_sns_topic: (v) => given(v, 'kms_master_key_id'),
  aws_sqs_queue: (v) => isTrue(v, 'sqs_managed_sse_enabled') || given(v, 'kms_master_key_id'),
};

export const encryptionPolicy: Policy = {
  name: 'encryption',
  rule: 'Whatever is stored is encrypted',
  check: (resources) => [
    ...eachOf(Object.keys(encrypted), ({ type, values }) =>
      unless(encrypted[type]?.(values) === true, 'what it stores is not encrypted'),
    )(resources),
    ...bucketsWithout(resources, 'aws_s3_bucket_server_side_encryption_configuration', (values) =>
      blocks(values, 'rule').some(
        (rule) => blocks(rule, 'apply_server_side_encryption_by_default').length > 0,
      ),
    ).map((address) => `${address}: the bucket has no encryption of its own`),
  ],
};

/**
 * Buckets that no resource of `type` that satisfies `ok` belongs to: it names the bucket by reference, or its name. In a
 * plan neither may be known yet: then it is matched by its place in the tree of constructs.
 */
export function bucketsWithout(
  resources: readonly Resource[],
  type: string,
  ok: (values: JsonObject) => boolean,
): readonly string[] {
  const good = resources.filter((resource) => resource.type === type && ok(resource.values));
  return resources
    .filter((resource) => resource.type === 'aws_s3_bucket')
    .filter((bucket) => !good.some((part) => belongs(part, bucket)))
    .map(({ address }) => address);
}

/** `aws_s3_bucket.lake_objects_bucket_1F2E` and `aws_s3_bucket_policy.lake_objects_policy_9C8D` share `lake_objects`. */
const constructOf = (address: string) =>
  address.slice(address.indexOf('.') + 1).replace(/_[^_]+_[0-9A-F]{8}$/, '');

function belongs(part: Resource, bucket: Resource): boolean {
  const named = listOf(part.values['bucket']).map(textOf);
  return (
    named.some(
      (name) => name.includes(`${bucket.address}.`) || (name !== '' && name === bucket.values['bucket']),
    ) || constructOf(part.address) === constructOf(bucket.address)
  );
}
