import { bucketsWithout } from './encryption.ts';
import {
  blocks,
  documentIn,
  eachOf,
  isObject,
  statementsOf,
  unknownValue,
  unless,
  type JsonObject,
  textOf,
  type Policy,
} from './resource.ts';

function deniesPlainHttp(policy: JsonObject[string]): boolean {
  if (policy === unknownValue) return true;
  const document = documentIn(policy);
  return (
    document !== null &&
    statementsOf(document).some((statement) => {
      const condition = statement['Condition'];
      const bool = isObject(condition) ? condition['Bool'] : undefined;
      return statement['Effect'] === 'Deny' && isObject(bool) && bool['aws:SecureTransport'] === 'false';
    })
  );
}

const redirects = (values: JsonObject) =>
  blocks(values, 'default_action').every((action) => action['type'] === 'redirect');
const parameter = (values: JsonObject, list: string, nameKey: string, valueKey: string, name: string) =>
  blocks(values, list).find((entry) => entry[nameKey] === name)?.[valueKey];

const byType: readonly Policy['check'][] = [
  eachOf(['aws_lb_listener'], ({ values }) =>
    values['protocol'] === 'HTTPS'
      ? unless(textOf(values['ssl_policy']).includes('TLS13'), 'takes an old TLS')
      : unless(redirects(values), 'answers without TLS'),
  ),
  eachOf(['aws_sqs_queue_policy', 'aws_s3_bucket_policy', 'aws_sns_topic_policy'], ({ values }) =>
    unless(deniesPlainHttp(values['policy']), 'its policy does not refuse plain HTTP'),
  ),
  eachOf(['aws_db_parameter_group'], ({ values }) =>
    unless(
      parameter(values, 'parameter', 'name', 'value', 'require_secure_transport') === 'ON',
      'MySQL does not demand TLS',
    ),
  ),
  eachOf(['aws_redshiftserverless_workgroup'], ({ values }) =>
    unless(
      parameter(values, 'config_parameter', 'parameter_key', 'parameter_value', 'require_ssl') === 'true',
      'Redshift does not demand TLS',
    ),
  ),
  eachOf(['aws_api_gateway_domain_name'], ({ values }) =>
    unless(/TLS_?1_?[23]/.test(textOf(values['security_policy'])), 'takes an old TLS'),
  ),
];

export const tlsPolicy: Policy = {
  name: 'TLS',
  rule: 'Nothing answers without TLS 1.2',
  check: (resources) => [
    ...byType.flatMap((check) => check(resources)),
    ...bucketsWithout(resources, 'aws_s3_bucket_policy', (values) => deniesPlainHttp(values['policy'])).map(
      (address) => `${address}: the bucket takes plain HTTP`,
    ),
    ...resources
      .filter(({ type }) => type === 'aws_sqs_queue')
      .filter(
        ({ address }) =>
          !resources.some((r) => r.type === 'aws_sqs_queue_policy' && speaksOf(r.values, address)),
      )
      .map(({ address }) => `${address}: the queue has no policy that refuses plain HTTP`),
  ],
};

/** In a plan the queue's address may not be known yet: then any queue policy is taken for it. */
const speaksOf = (values: JsonObject, address: string) =>
  values['queue_url'] === unknownValue ||
  textOf(values['queue_url']).includes(`${address}.`) ||
  textOf(values['queue_url']).startsWith('https://');
