import { Construct, Route53HealthCheck } from '../cdktf.ts';
import type { Environment } from '../environments.ts';
import { Alarm } from './alarm.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { EncryptionKey } from './encryption-key.ts';

export interface HealthChecksProps {
  readonly environment: Environment;
  /** What must answer over HTTPS from anywhere: its domain and the path that tells whether it is well. */
  readonly checks: Readonly<Record<string, { readonly domain: string; readonly path: string }>>;
}

/** Route 53 reports its checks here whatever they check, and an alarm can tell only a topic of its own region. */
const region = 'us-east-1';

/** Asks from outside, as users do, and tells people when there is no answer: DNS, certificate, firewall and all. */
export class HealthChecks extends Construct {
  constructor(scope: Construct, id: string, { environment, checks }: HealthChecksProps) {
    super(scope, id);
    const { name, account, alarmEmails: emails } = environment;
    const key = new EncryptionKey(this, 'key', {
      alias: `foretell-${name}-health`,
      description: `Alarms of Route 53 health checks, ${name}`,
      account,
      region,
      preventDestroy: environment.holdsRealData,
    });
    const topic = new AlarmTopic(this, 'alarms', {
      name: `foretell-${name}-health`,
      account,
      region,
      keyArn: key.arn,
      emails,
    });
    for (const [service, { domain, path }] of Object.entries(checks)) {
      const check = new Route53HealthCheck(this, service, {
        fqdn: domain,
        type: 'HTTPS',
        port: 443,
        resourcePath: path,
        enableSni: true,
        requestInterval: 30,
        failureThreshold: 3,
        tags: { Name: domain },
      });
      new Alarm(this, `${service}-unreachable`, {
        name: `foretell-${name}-${service}-unreachable`,
        description: `https://${domain}${path} does not answer from outside: look at DNS, certificate, firewall, and the service's own alarms`,
        region,
        topicArn: topic.arn,
        // 1 when well, 0 when not.
        watch: {
          expression: '1 - status',
          metrics: {
            status: {
              namespace: 'AWS/Route53',
              name: 'HealthCheckStatus',
              dimensions: { HealthCheckId: check.id },
              statistic: 'Minimum',
            },
          },
        },
        above: 0,
        forMinutes: 2,
        missing: 'breaching',
      });
    }
  }
}
