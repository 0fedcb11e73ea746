/** What takes data with it when it goes: rows, objects, images, messages, names, or the keys to them. */
const stateful = new Set([
  'aws_db_instance',
  'aws_db_snapshot',
  'aws_dynamodb_table',
  'aws_ebs_volume',
  'aws_ecr_repository',
  'aws_efs_file_system',
  'aws_emr_cluster',
  'aws_emrserverless_application',
  'aws_kms_key',
  'aws_rds_cluster',
  'aws_redshift_cluster',
  'aws_redshiftserverless_namespace',
  'aws_redshiftserverless_workgroup',
  'aws_route53_zone',
  'aws_s3_bucket',
  'aws_secretsmanager_secret',
  'aws_sqs_queue',
]);

export const isStateful = (type: string): boolean => stateful.has(type);
