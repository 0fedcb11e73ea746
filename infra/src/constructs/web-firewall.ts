import {
  CloudcontrolapiResource,
  CloudwatchLogGroup,
  Construct,
  Wafv2WebAcl,
  Wafv2WebAclLoggingConfiguration,
} from '../cdktf.ts';

export interface WebFirewallProps {
  readonly name: string;
  readonly keyArn: string;
  readonly retentionDays: number;
  /** What it stands before: load balancers and API stages, by a name of their own. */
  readonly protects: Readonly<Record<string, string>>;
  /** Requests from one address in five minutes before it is held off. */
  readonly requestsPerAddress: number;
}

/** AWS's own groups, and which of their rules only count: bodies here may be a megabyte of records. */
const managedGroups = [
  { name: 'AWSManagedRulesAmazonIpReputationList', countOnly: [] },
  { name: 'AWSManagedRulesCommonRuleSet', countOnly: ['SizeRestrictions_BODY'] },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet', countOnly: [] },
  { name: 'AWSManagedRulesSQLiRuleSet', countOnly: ['SQLi_BODY'] },
] as const;

const measured = (metricName: string) => ({
  cloudwatchMetricsEnabled: true,
  sampledRequestsEnabled: false,
  metricName,
});

/** The web firewall: known attacks, bad addresses and floods end here. Keys and sessions are never in its log. */
export class WebFirewall extends Construct {
  constructor(scope: Construct, id: string, props: WebFirewallProps) {
    super(scope, id);
    const acl = new Wafv2WebAcl(this, 'acl', {
      name: props.name,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: measured(props.name),
      rule: [
        ...managedGroups.map(({ name, countOnly }, priority) => ({
          name,
          priority,
          overrideAction: { none: {} },
          visibilityConfig: measured(name),
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name,
              ruleActionOverride: countOnly.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
            },
          },
        })),
        {
          name: 'floods',
          priority: managedGroups.length,
          action: { block: { customResponse: { responseCode: 429 } } },
          visibilityConfig: measured('floods'),
          statement: {
            rateBasedStatement: {
              limit: props.requestsPerAddress,
              aggregateKeyType: 'IP',
              evaluationWindowSec: 300,
            },
          },
        },
      ],
    });
    // By Cloud Control: docs/adr/0015-what-terraform-is-proved-with.md.
    for (const [name, resourceArn] of Object.entries(props.protects))
      new CloudcontrolapiResource(this, `before-${name}`, {
        typeName: 'AWS::WAFv2::WebACLAssociation',
        desiredState: JSON.stringify({ ResourceArn: resourceArn, WebACLArn: acl.arn }),
      });
    // The prefix is WAF's own rule.
    const logs = new CloudwatchLogGroup(this, 'log', {
      name: `aws-waf-logs-${props.name}`,
      retentionInDays: props.retentionDays,
      kmsKeyId: props.keyArn,
    });
    new Wafv2WebAclLoggingConfiguration(this, 'logging', {
      resourceArn: acl.arn,
      logDestinationConfigs: [logs.arn],
      redactedFields: ['authorization', 'x-api-key', 'cookie'].map((name) => ({ singleHeader: { name } })),
      loggingFilter: {
        defaultBehavior: 'DROP',
        filter: [
          {
            behavior: 'KEEP',
            requirement: 'MEETS_ANY',
            condition: [{ actionCondition: { action: 'BLOCK' } }],
          },
        ],
      },
    });
  }
}
