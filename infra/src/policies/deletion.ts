import { blocks, eachOf, unless, type JsonObject, type Policy } from './resource.ts';

/** By type: what keeps it from being deleted by a slip, in an environment with real data. */
const protectedBy: Readonly<Record<string, (values: JsonObject) => boolean>> = {
  aws_db_instance: (v) => v['deletion_protection'] === true && v['skip_final_snapshot'] !== true,
  aws_dynamodb_table: (v) => v['deletion_protection_enabled'] === true,
  aws_lb: (v) => v['enable_deletion_protection'] === true,
};

export const deletionProtectionPolicy: Policy = {
  name: 'deletion protection',
  rule: 'What holds real data, or answers for it, cannot be deleted by a slip',
  check: eachOf(Object.keys(protectedBy), ({ type, values }) =>
    unless(protectedBy[type]?.(values) === true, 'can be deleted by a slip'),
  ),
};

/** Kept by Terraform itself: a plan that would destroy one is refused. Seen in what is synthesized, not in a plan. */
const neverDestroyed = [
  'aws_db_instance',
  'aws_dynamodb_table',
  'aws_ecr_repository',
  'aws_kms_key',
  'aws_redshiftserverless_namespace',
  'aws_route53_zone',
  'aws_s3_bucket',
];
/** A bucket of what can be made again at any time. */
const remakable = /^aws_s3_bucket\.bundles_/;

export const preventDestroyPolicy: Policy = {
  name: 'prevent_destroy',
  rule: 'Terraform refuses to destroy what holds real data',
  check: eachOf(neverDestroyed, ({ address, values }) =>
    unless(
      remakable.test(address) || blocks(values, 'lifecycle').some((l) => l['prevent_destroy'] === true),
      'has no prevent_destroy',
    ),
  ),
};

export const backupPolicy: Policy = {
  name: 'backups',
  rule: 'What holds data can be brought back',
  check: (resources) => [
    ...eachOf(['aws_db_instance'], ({ values }) =>
      unless(Number(values['backup_retention_period']) > 0, 'has no backups'),
    )(resources),
    ...eachOf(['aws_dynamodb_table'], ({ values }) =>
      unless(
        blocks(values, 'point_in_time_recovery').some((block) => block['enabled'] === true),
        'has no point-in-time recovery',
      ),
    )(resources),
  ],
};
