import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  GetApiKeysCommand,
  GetResourcesCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
  PutRestApiCommand,
} from '@aws-sdk/client-api-gateway';
import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  ListHealthChecksCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { blocks, listOf, textOf, type JsonObject } from '@foretell/infra/policies/resource';
import { startMoto, type TestMoto } from '../../../../local/src/testing/moto.ts';
import { resolve, resourcesOf } from './resolved.ts';

let moto: TestMoto;
let [route53, gateway]: [Route53Client, APIGatewayClient] = [new Route53Client(), new APIGatewayClient()];
beforeAll(async () => {
  moto = await startMoto();
  route53 = new Route53Client(moto.client);
  gateway = new APIGatewayClient(moto.client);
});
afterAll(async () => {
  for (const client of [route53, gateway]) client.destroy();
  await moto.stop();
});

/** What other stacks and other resources would answer: names that are sound, and different for different references. */
const names = new Map<string, string>();
function nameFor(reference: string): string {
  if (reference.includes('resource_record_type')) return 'CNAME';
  if (reference.includes('resource_record_name')) return '_proof.api.foretell.example';
  if (reference.includes('zone_id')) return 'Z2FDTNDATAQYW2';
  if (reference.includes('mailFromDomain')) return 'mail.foretell.example';
  const name =
    names.get(reference) ?? `n${names.size}${reference.includes('dns_name') ? '.elb.example' : ''}`;
  names.set(reference, name);
  return name;
}

function recordSet(values: JsonObject): ResourceRecordSet {
  const [alias] = blocks(values, 'alias');
  const type = textOf(values['type']) as 'A';
  const shown = (text: string) => (type === ('TXT' as string) ? JSON.stringify(text) : text);
  return {
    Name: textOf(values['name']),
    Type: type,
    ...(alias
      ? {
          AliasTarget: {
            DNSName: textOf(alias['name']),
            HostedZoneId: textOf(alias['zone_id']),
            EvaluateTargetHealth: alias['evaluate_target_health'] === true,
          },
        }
      : {
          TTL: Number(values['ttl']),
          ResourceRecords: listOf(values['records']).map((record) => ({ Value: shown(textOf(record)) })),
        }),
  };
}

test.each(['staging', 'production'])(
  'the zone takes all records of %s in one change',
  async (environment) => {
    const zone = resourcesOf('foundation', 'aws_route53_zone')[0]!;
    const { HostedZone } = await route53.send(
      new CreateHostedZoneCommand({ Name: textOf(zone.values['name']), CallerReference: environment }),
    );
    const sets = resourcesOf(`edge-${environment}`, 'aws_route53_record').map(({ values }) =>
      recordSet(resolve(values, nameFor)),
    );
    const Changes = sets.map((set) => ({ Action: 'CREATE' as const, ResourceRecordSet: set }));
    await route53.send(
      new ChangeResourceRecordSetsCommand({ HostedZoneId: HostedZone?.Id, ChangeBatch: { Changes } }),
    );
    const { ResourceRecordSets = [] } = await route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: HostedZone?.Id }),
    );
    const types = (type: string) => ResourceRecordSets.filter(({ Type }) => Type === type);
    expect(types('MX')).toHaveLength(2);
    expect(types('CAA')[0]?.ResourceRecords).toHaveLength(3);
    expect(types('A').map(({ AliasTarget }) => AliasTarget?.EvaluateTargetHealth)).toEqual([true, true]);
    expect(types('TXT').some(({ Name }) => Name?.startsWith('_dmarc.'))).toBe(true);
    expect(types('CNAME').filter(({ Name }) => Name?.includes('_domainkey'))).toHaveLength(3);
  },
);

test('health checks ask the names that the records give', async () => {
  const records = resourcesOf('edge-production', 'aws_route53_record').map(({ values }) => values['name']);
  for (const { address, values } of resourcesOf('edge-production', 'aws_route53_health_check')) {
    expect(records).toContain(values['fqdn']);
    await route53.send(
      new CreateHealthCheckCommand({
        CallerReference: address,
        HealthCheckConfig: {
          Type: textOf(values['type']) as 'HTTPS',
          FullyQualifiedDomainName: textOf(values['fqdn']),
          Port: Number(values['port']),
          ResourcePath: textOf(values['resource_path']),
          RequestInterval: Number(values['request_interval']),
          FailureThreshold: Number(values['failure_threshold']),
          EnableSNI: values['enable_sni'] === true,
        },
      }),
    );
  }
  const { HealthChecks } = await route53.send(new ListHealthChecksCommand({}));
  expect(HealthChecks).toHaveLength(2);
});

test('the document imports, a deployment of it is limited by every tier, and a key goes on one', async () => {
  const api = resourcesOf('edge-production', 'aws_api_gateway_rest_api')[0]!;
  const { id: restApiId } = await gateway.send(new CreateRestApiCommand({ name: 'public' }));
  const body = resolve(textOf(api.values['body']), nameFor);
  await gateway.send(
    new PutRestApiCommand({ restApiId, mode: 'overwrite', failOnWarnings: true, body: Buffer.from(body) }),
  );
  const { items: resources = [] } = await gateway.send(new GetResourcesCommand({ restApiId, limit: 500 }));
  const predict = resources.find(({ path }) => path === '/v1/predictions');
  expect(Object.keys(predict?.resourceMethods ?? {})).toEqual(['POST']);
  // What AWS makes of `security` moto does not: gateway-document.test.ts looks at it.
  const stage = textOf(resourcesOf('edge-production', 'aws_api_gateway_stage')[0]!.values['stage_name']);
  await gateway.send(new CreateDeploymentCommand({ restApiId, stageName: stage }));
  for (const { values } of resourcesOf('edge-production', 'aws_api_gateway_usage_plan')) {
    const [throttle, quota] = [blocks(values, 'throttle_settings')[0]!, blocks(values, 'quota_settings')[0]!];
    await gateway.send(
      new CreateUsagePlanCommand({
        name: textOf(values['name']),
        apiStages: [{ apiId: restApiId, stage }],
        throttle: { rateLimit: Number(throttle['rate_limit']), burstLimit: Number(throttle['burst_limit']) },
        quota: { limit: Number(quota['limit']), period: textOf(quota['period']) as 'MONTH' },
      }),
    );
  }
  const { items: plans = [] } = await gateway.send(new GetUsagePlansCommand({}));
  expect(plans.map(({ name }) => name).sort()).toEqual(
    ['enterprise', 'free', 'standard'].map((tier) => `foretell-production-${tier}`),
  );
  const { id: keyId } = await gateway.send(
    new CreateApiKeyCommand({ name: 'k', enabled: true, value: 'k'.repeat(40) }),
  );
  const usagePlanId = plans[0]?.id;
  await gateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
  const { items: keys = [] } = await gateway.send(new GetUsagePlanKeysCommand({ usagePlanId }));
  const { items: all = [] } = await gateway.send(new GetApiKeysCommand({ includeValues: false }));
  expect(keys.map(({ id }) => id)).toEqual([keyId]);
  expect(all[0]?.value ?? '').not.toContain('kkkk');
});
