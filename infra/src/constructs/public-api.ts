import { createHash } from 'node:crypto';
import {
  ApiGatewayBasePathMapping,
  ApiGatewayDeployment,
  ApiGatewayDomainName,
  ApiGatewayMethodSettings,
  ApiGatewayRestApi,
  ApiGatewayStage,
  ApiGatewayUsagePlan,
  Apigatewayv2VpcLink,
  Construct,
  SecurityGroup,
  VpcSecurityGroupEgressRule,
} from '../cdktf.ts';
import type { Environment } from '../environments.ts';
import { gatewayDocument } from '../gateway-document.ts';
import { originDomain, publicApiDomain, usagePlanName } from '../names.ts';
import { Alarm } from './alarm.ts';
import { LogGroup } from './log-group.ts';
import { ValidatedCertificate } from './validated-certificate.ts';

export interface PublicApiProps {
  readonly environment: Environment;
  readonly keyArn: string;
  readonly zoneId: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly originBalancerArn: string;
  readonly alarmTopicArn: string;
}

const stageName = 'live';

/** One line a request: who, what, how long and why it was refused; never a body or a key. */
const accessLine = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  path: '$context.resourcePath',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  keyId: '$context.identity.apiKeyId',
  address: '$context.identity.sourceIp',
  error: '$context.error.responseType',
  firewall: '$context.wafResponseCode',
});

/** The public API: keys, throttles and validation at the edge, the prediction API behind a link into the VPC. */
export class PublicApi extends Construct {
  readonly stageArn: string;
  readonly target: { readonly domainName: string; readonly zoneId: string };
  /** By tier: the backend puts keys on one of them. */
  readonly usagePlanIds: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: PublicApiProps) {
    super(scope, id);
    const { environment } = props;
    const name = `foretell-${environment.name}`;
    const link = this.link(name, props);
    const body = JSON.stringify(
      gatewayDocument(name, {
        vpcLinkId: link.id,
        loadBalancerArn: props.originBalancerArn,
        domain: originDomain(environment),
      }),
    );
    const api = new ApiGatewayRestApi(this, 'api', {
      name,
      description: 'The public API of Foretell',
      body,
      putRestApiMode: 'overwrite',
      failOnWarnings: true,
      disableExecuteApiEndpoint: true,
      endpointConfiguration: { types: ['REGIONAL'] },
    });
    const deployment = new ApiGatewayDeployment(this, 'deployment', {
      restApiId: api.id,
      // A document that differs is a new deployment; references in it stay the same until what they name changes.
      triggers: { document: createHash('sha256').update(gatewayShape(environment)).digest('hex') },
      lifecycle: { createBeforeDestroy: true },
    });
    const logs = new LogGroup(this, 'access-log', {
      name: `/foretell/${environment.name}/public-api`,
      keyArn: props.keyArn,
      environment,
    });
    // API Gateway's own log has this name; made here, its lines have an end.
    const executionLog = new LogGroup(this, 'execution-log', {
      name: `API-Gateway-Execution-Logs_${api.id}/${stageName}`,
      keyArn: props.keyArn,
      environment,
    });
    const stage = new ApiGatewayStage(this, 'stage', {
      restApiId: api.id,
      deploymentId: deployment.id,
      stageName,
      dependsOn: [executionLog],
      accessLogSettings: { destinationArn: logs.arn, format: accessLine },
    });
    this.stageArn = stage.arn;
    this.throttle(api.id, stage.stageName, environment);
    this.usagePlanIds = this.usagePlans(api.id, stage.stageName, environment);
    this.target = this.domain(api.id, stage.stageName, props);
    new Alarm(this, 'errors', {
      name: `${name}-public-api-errors`,
      description: 'More than 1 % of the public API answers are 5xx',
      topicArn: props.alarmTopicArn,
      watch: {
        expression: '100 * errors',
        metrics: {
          errors: {
            namespace: 'AWS/ApiGateway',
            name: '5XXError',
            dimensions: { ApiName: name, Stage: stageName },
            statistic: 'Average',
          },
        },
      },
      above: 1,
    });
  }

  private link(name: string, { vpcId, subnetIds, environment }: PublicApiProps): Apigatewayv2VpcLink {
    const group = new SecurityGroup(this, 'link-group', {
      name: `${name}-api-link`,
      description: 'API Gateway, on its way to the prediction API',
      vpcId,
    });
    new VpcSecurityGroupEgressRule(this, 'link-out', {
      securityGroupId: group.id,
      description: 'To the load balancer inside',
      cidrIpv4: environment.network.cidr,
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
    });
    return new Apigatewayv2VpcLink(this, 'link', {
      name,
      subnetIds: [...subnetIds],
      securityGroupIds: [group.id],
    });
  }

  /** All tiers together, so that no caller's burst is another's outage. */
  private throttle(restApiId: string, stageName: string, { tiers }: Environment): void {
    const all = Object.values(tiers);
    new ApiGatewayMethodSettings(this, 'throttle', {
      restApiId,
      stageName,
      methodPath: '*/*',
      settings: {
        metricsEnabled: true,
        loggingLevel: 'ERROR',
        dataTraceEnabled: false,
        throttlingRateLimit: all.reduce((sum, tier) => sum + tier.requestsPerSecond, 0) * 2,
        throttlingBurstLimit: all.reduce((sum, tier) => sum + tier.burst, 0) * 2,
      },
    });
  }

  private usagePlans(apiId: string, stage: string, environment: Environment) {
    return Object.fromEntries(
      Object.entries(environment.tiers).map(([tier, { requestsPerSecond, burst, requestsPerMonth }]) => [
        tier,
        new ApiGatewayUsagePlan(this, `tier-${tier}`, {
          name: usagePlanName(environment, tier),
          apiStages: [{ apiId, stage }],
          throttleSettings: { rateLimit: requestsPerSecond, burstLimit: burst },
          quotaSettings: { limit: requestsPerMonth, period: 'MONTH' },
        }).id,
      ]),
    );
  }

  private domain(restApi: string, stageName: string, { environment, zoneId }: PublicApiProps) {
    const domainName = publicApiDomain(environment);
    const certificate = new ValidatedCertificate(this, 'certificate', { domain: domainName, zoneId });
    const domain = new ApiGatewayDomainName(this, 'domain', {
      domainName,
      regionalCertificateArn: certificate.arn,
      securityPolicy: 'TLS_1_2',
      endpointConfiguration: { types: ['REGIONAL'] },
    });
    new ApiGatewayBasePathMapping(this, 'mapping', {
      apiId: restApi,
      stageName,
      domainName: domain.domainName,
    });
    return { domainName: domain.regionalDomainName, zoneId: domain.regionalZoneId };
  }
}

const gatewayShape = (environment: Environment): string =>
  JSON.stringify(
    gatewayDocument(environment.name, {
      vpcLinkId: 'link',
      loadBalancerArn: 'balancer',
      domain: originDomain(environment),
    }),
  );
