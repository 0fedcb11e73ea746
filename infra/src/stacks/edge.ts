import type { Construct } from '../cdktf.ts';
import { DomainRecords } from '../constructs/domain-records.ts';
import { HealthChecks } from '../constructs/health-checks.ts';
import { PublicApi } from '../constructs/public-api.ts';
import { WebFirewall } from '../constructs/web-firewall.ts';
import type { Environment } from '../environments.ts';
import { dashboardDomain, publicApiDomain } from '../names.ts';
import type { ComputeStack } from './compute.ts';
import { EnvironmentStack } from './environment-stack.ts';
import type { FoundationStack } from './foundation.ts';
import type { MessagingStack } from './messaging.ts';

export interface EdgeStackProps {
  readonly foundation: FoundationStack;
  readonly messaging: MessagingStack;
  readonly compute: ComputeStack;
}

/** What the world sees: the public API, the names, the firewall before both. */
export class EdgeStack extends EnvironmentStack<Readonly<Record<string, string>>> {
  constructor(scope: Construct, environment: Environment, stacks: EdgeStackProps) {
    super(scope, 'edge', environment);
    const { vpcId, privateSubnetIds, zoneId, keyArn } = this.foundation(stacks.foundation);
    const { mail, alarmTopicArn } = stacks.messaging.of(this);
    const compute = stacks.compute.of(this);
    const api = new PublicApi(this, 'public-api', {
      environment,
      keyArn,
      zoneId,
      vpcId,
      subnetIds: privateSubnetIds,
      originBalancerArn: compute.origin_arn,
      alarmTopicArn,
    });
    new WebFirewall(this, 'firewall', {
      name: `foretell-${environment.name}`,
      keyArn,
      retentionDays: environment.logRetentionDays,
      protects: { dashboard: compute.front_arn, 'public-api': api.stageArn },
      requestsPerAddress: environment.requestsPerAddress,
    });
    new DomainRecords(this, 'records', {
      zoneId,
      domain: environment.domain,
      region: environment.region,
      mail,
      mailExchangers: environment.mail.exchangers,
      dmarcReportsTo: environment.mail.dmarcReportsTo,
      aliases: {
        dashboard: {
          name: dashboardDomain(environment),
          domainName: compute.front_dns_name,
          zoneId: compute.front_zone_id,
        },
        'public-api': { name: publicApiDomain(environment), ...api.target },
      },
    });
    new HealthChecks(this, 'health-checks', {
      environment,
      checks: {
        dashboard: { domain: dashboardDomain(environment), path: '/healthz' },
        'public-api': { domain: publicApiDomain(environment), path: '/healthz' },
      },
    });
    this.publish(
      Object.fromEntries(
        Object.entries(api.usagePlanIds).map(([tier, plan]) => [`usage_plan_${tier}`, plan]),
      ),
    );
  }
}
