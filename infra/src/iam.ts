/** IAM policy documents as plain data. Resources and actions are always lists, so that a reviewer's diff is by line. */
export interface Statement {
  readonly sid?: string;
  /** @default 'Allow' */
  readonly effect?: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals?: Readonly<Record<string, string | readonly string[]>> | '*';
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

function toJson(statement: Statement): object {
  return {
    ...(statement.sid === undefined ? {} : { Sid: statement.sid }),
    Effect: statement.effect ?? 'Allow',
    ...(statement.principals === undefined ? {} : { Principal: statement.principals }),
    Action: statement.actions,
    Resource: statement.resources,
    ...(statement.conditions === undefined ? {} : { Condition: statement.conditions }),
  };
}

export const policyDocument = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map(toJson) });

/** Services whose documentation says that they tell for which account they take a role on. Of others nobody could. */
const tellTheirAccount = new Set([
  'ecs-tasks.amazonaws.com',
  'monitoring.rds.amazonaws.com',
  'vpc-flow-logs.amazonaws.com',
]);

function trustCondition(service: string, account: string): object {
  if (service === 'elasticbeanstalk.amazonaws.com')
    return { Condition: { StringEquals: { 'sts:ExternalId': 'elasticbeanstalk' } } };
  return tellTheirAccount.has(service)
    ? { Condition: { StringEquals: { 'aws:SourceAccount': account } } }
    : {};
}

/** A role's trust: which services may take it on. */
export const trustOfServices = (services: readonly string[], account: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: services.map((service) => ({
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sts:AssumeRole',
      ...trustCondition(service, account),
    })),
  });

/** Nobody reaches the resource over plain HTTP or a TLS older than 1.2. */
export const tlsOnly = (actions: string, resources: readonly string[]): readonly Statement[] => [
  {
    sid: 'TlsOnly',
    effect: 'Deny',
    principals: '*',
    actions: [actions],
    resources,
    conditions: { Bool: { 'aws:SecureTransport': 'false' } },
  },
  {
    sid: 'ModernTlsOnly',
    effect: 'Deny',
    principals: '*',
    actions: [actions],
    resources,
    conditions: { NumericLessThan: { 's3:TlsVersion': '1.2' } },
  },
];
