import {
  Construct,
  RedshiftserverlessNamespace,
  RedshiftserverlessUsageLimit,
  RedshiftserverlessWorkgroup,
  SecurityGroup,
} from '../cdktf.ts';
import type { Environment } from '../environments.ts';
import type { Statement } from '../iam.ts';
import type { Lake } from './data-lake.ts';
import { grantKeyUse } from './encryption-key.ts';
import { LogGroup } from './log-group.ts';
import { Role, type Grantee } from './role.ts';

export interface WarehouseProps {
  readonly environment: Environment;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly keyArn: string;
  readonly lake: Lake;
}

export interface WarehouseAttributes {
  readonly workgroup: string;
  readonly workgroupArn: string;
  readonly database: string;
  readonly copyRoleArn: string;
}

const logExports = ['userlog', 'connectionlog', 'useractivitylog'] as const;

/**
 * These calls have no resource to name, so the condition holds them to the role's statements, of all its sessions: a task
 * goes on with what another has begun, and `${aws:userid}`, which AWS's examples compare with, is another in each.
 */
export const ownStatements = ({ uniqueId }: Grantee): Statement => ({
  sid: 'OwnStatements',
  actions: [
    'redshift-data:DescribeStatement',
    'redshift-data:GetStatementResult',
    'redshift-data:CancelStatement',
  ],
  resources: ['*'],
  conditions: { StringLike: { 'redshift-data:statement-owner-iam-userid': `${uniqueId}:*` } },
});

/**
 * Statements in any Redshift of the account, by a secret that names its user: neither the role's own user of a database nor
 * anybody else's is a way in.
 */
export function grantCustomersStatements(
  { region, account }: Pick<Environment, 'region' | 'account'>,
  grantee: Grantee,
): void {
  grantee.allow({
    actions: ['redshift-data:ExecuteStatement'],
    resources: [
      `arn:aws:redshift:${region}:${account}:cluster:*`,
      `arn:aws:redshift-serverless:${region}:${account}:workgroup/*`,
    ],
  });
}

/** Redshift as the workers know it: by its Data API, as a user of IAM. */
export class WarehouseAccess {
  readonly attributes: WarehouseAttributes;

  constructor(attributes: WarehouseAttributes) {
    this.attributes = attributes;
  }

  grantQuery(grantee: Grantee): void {
    grantee.allow(
      {
        actions: ['redshift-data:ExecuteStatement', 'redshift-data:BatchExecuteStatement'],
        resources: [this.attributes.workgroupArn],
      },
      ownStatements(grantee),
      { actions: ['redshift-serverless:GetCredentials'], resources: [this.attributes.workgroupArn] },
    );
  }
}

/** Redshift Serverless: private, encrypted, TLS only, with a role to COPY from the lake and a daily limit of spending. */
export class Warehouse extends Construct {
  readonly access: WarehouseAccess;

  constructor(scope: Construct, id: string, props: WarehouseProps) {
    super(scope, id);
    const { name, account, holdsRealData, warehouse } = props.environment;
    const copyRole = new Role(this, 'copy', {
      name: `foretell-${name}-redshift-copy`,
      account,
      description: 'Lets Redshift COPY staged loads from the lake',
      services: ['redshift-serverless.amazonaws.com', 'redshift.amazonaws.com'],
    });
    props.lake.grantRead(copyRole, ['staging/']);
    grantKeyUse(props.keyArn, copyRole);
    const database = 'foretell';
    // Made before Redshift makes them itself, without an end to their lines.
    const logs = logExports.map(
      (log) =>
        new LogGroup(this, `log-${log}`, {
          name: `/aws/redshift/foretell-${name}/${log}`,
          keyArn: props.keyArn,
          environment: props.environment,
        }),
    );
    const namespace = new RedshiftserverlessNamespace(this, 'namespace', {
      namespaceName: `foretell-${name}`,
      dbName: database,
      adminUsername: 'foretell',
      manageAdminPassword: true,
      adminPasswordSecretKmsKeyId: props.keyArn,
      kmsKeyId: props.keyArn,
      iamRoles: [copyRole.arn],
      defaultIamRoleArn: copyRole.arn,
      logExports: [...logExports],
      dependsOn: logs,
      ...(holdsRealData ? { lifecycle: { preventDestroy: true } } : {}),
    });
    const group = new SecurityGroup(this, 'group', {
      name: `foretell-${name}-redshift`,
      description: 'Redshift: reached by its Data API alone, so nothing comes in',
      vpcId: props.vpcId,
    });
    const workgroup = new RedshiftserverlessWorkgroup(this, 'workgroup', {
      workgroupName: `foretell-${name}`,
      namespaceName: namespace.namespaceName,
      baseCapacity: warehouse.capacityRpus,
      maxCapacity: warehouse.capacityRpus * 4,
      subnetIds: [...props.subnetIds],
      securityGroupIds: [group.id],
      publiclyAccessible: false,
      enhancedVpcRouting: true,
      configParameter: [
        { parameterKey: 'require_ssl', parameterValue: 'true' },
        { parameterKey: 'max_query_execution_time', parameterValue: '3600' },
      ],
    });
    new RedshiftserverlessUsageLimit(this, 'limit', {
      resourceArn: workgroup.arn,
      usageType: 'serverless-compute',
      amount: warehouse.rpuHoursPerDay,
      period: 'daily',
      breachAction: 'deactivate',
    });
    this.access = new WarehouseAccess({
      workgroup: workgroup.workgroupName,
      workgroupArn: workgroup.arn,
      database,
      copyRoleArn: copyRole.arn,
    });
  }
}
