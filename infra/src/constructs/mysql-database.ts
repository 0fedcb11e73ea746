import {
  CloudwatchLogGroup,
  Construct,
  DbInstance,
  DbParameterGroup,
  DbSubnetGroup,
  SecretsmanagerSecretRotation,
  SecurityGroup,
  VpcSecurityGroupEgressRule,
  VpcSecurityGroupIngressRule,
} from '../cdktf.ts';
import type { Environment } from '../environments.ts';
import type { Grantee } from './role.ts';
import { grantKeyUse } from './encryption-key.ts';
import { Role } from './role.ts';

export interface MysqlDatabaseProps {
  readonly environment: Environment;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly keyArn: string;
}

export interface DatabaseAttributes {
  readonly address: string;
  /** RDS makes, keeps and rotates the password in this secret: `{username, password}`. */
  readonly secretArn: string;
  /** Whoever carries this security group may connect. */
  readonly clientsGroupId: string;
  readonly keyArn: string;
}

const port = 3306;
const database = 'foretell';
const user = 'foretell';
/** 03:00 UTC on the first Sunday of each quarter. */
const passwordRotation = 'cron(0 3 ? 1/3 SUN#1 *)';

/** The database as the processes know it. */
export class DatabaseAccess {
  readonly attributes: DatabaseAttributes;

  constructor(attributes: DatabaseAttributes) {
    this.attributes = attributes;
  }

  /** Without the password, which comes by reference; `Amazon RDS` is the driver's name for RDS's own authorities. */
  get url(): string {
    return `mysql://${user}@${this.attributes.address}:${port}/${database}?ssl=Amazon%20RDS`;
  }

  /** The password's place in the secret, as ECS resolves it. */
  get passwordReference(): string {
    return `${this.attributes.secretArn}:password::`;
  }

  grantPassword(grantee: Grantee): void {
    grantee.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [this.attributes.secretArn] });
    grantKeyUse(this.attributes.keyArn, grantee);
  }
}

/** MySQL 8.4: private, encrypted, TLS only, backed up; two zones and no deletion where real data is. */
export class MysqlDatabase extends Construct {
  readonly access: DatabaseAccess;
  readonly identifier: string;

  constructor(scope: Construct, id: string, props: MysqlDatabaseProps) {
    super(scope, id);
    const { name, holdsRealData, logRetentionDays, database: size } = props.environment;
    this.identifier = `foretell-${name}`;
    const { clients, server } = this.securityGroups(props);
    for (const log of ['error', 'slowquery'])
      new CloudwatchLogGroup(this, `log-${log}`, {
        name: `/aws/rds/instance/${this.identifier}/${log}`,
        retentionInDays: logRetentionDays,
        kmsKeyId: props.keyArn,
      });
    const instance = new DbInstance(this, 'instance', {
      identifier: this.identifier,
      engine: 'mysql',
      engineVersion: '8.4',
      instanceClass: size.instance,
      allocatedStorage: size.storageGb,
      maxAllocatedStorage: size.maximumStorageGb,
      storageType: 'gp3',
      storageEncrypted: true,
      kmsKeyId: props.keyArn,
      dbName: database,
      username: user,
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: props.keyArn,
      multiAz: holdsRealData,
      publiclyAccessible: false,
      dbSubnetGroupName: new DbSubnetGroup(this, 'subnets', {
        name: this.identifier,
        subnetIds: [...props.subnetIds],
      }).name,
      vpcSecurityGroupIds: [server.id],
      parameterGroupName: this.parameters(name).name,
      caCertIdentifier: 'rds-ca-rsa2048-g1',
      backupRetentionPeriod: size.backupDays,
      backupWindow: '02:00-03:00',
      maintenanceWindow: 'sun:03:30-sun:04:30',
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: true,
      deletionProtection: holdsRealData,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: `${this.identifier}-final`,
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: props.keyArn,
      performanceInsightsRetentionPeriod: 7,
      monitoringInterval: 60,
      monitoringRoleArn: this.monitoringRole(props.environment).arn,
      enabledCloudwatchLogsExports: ['error', 'slowquery'],
      ...(holdsRealData ? { lifecycle: { preventDestroy: true } } : {}),
    });
    const { secretArn } = instance.masterUserSecret.get(0);
    // Processes read the password when they start: it rotates when the operator expects it, not every seven days.
    new SecretsmanagerSecretRotation(this, 'rotation', {
      secretId: secretArn,
      rotateImmediately: false,
      rotationRules: { scheduleExpression: passwordRotation, duration: '1h' },
    });
    this.access = new DatabaseAccess({
      address: instance.address,
      secretArn,
      clientsGroupId: clients.id,
      keyArn: props.keyArn,
    });
  }

  private parameters(environment: string): DbParameterGroup {
    return new DbParameterGroup(this, 'parameters', {
      name: `foretell-${environment}-mysql84`,
      family: 'mysql8.4',
      parameter: [
        { name: 'require_secure_transport', value: 'ON' },
        { name: 'character_set_server', value: 'utf8mb4' },
        { name: 'collation_server', value: 'utf8mb4_bin' },
        { name: 'time_zone', value: 'UTC' },
        { name: 'slow_query_log', value: '1' },
        { name: 'long_query_time', value: '1' },
        { name: 'log_output', value: 'FILE' },
      ],
    });
  }

  private monitoringRole({ name, account }: Environment): Role {
    return new Role(this, 'monitoring', {
      name: `foretell-${name}-rds-monitoring`,
      account,
      description: 'Lets RDS publish operating-system metrics',
      services: ['monitoring.rds.amazonaws.com'],
      managedPolicies: ['arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole'],
    });
  }

  private securityGroups({ environment: { name }, vpcId }: MysqlDatabaseProps) {
    const clients = new SecurityGroup(this, 'clients', {
      name: `foretell-${name}-mysql-clients`,
      description: 'Carried by what may connect to MySQL',
      vpcId,
    });
    const server = new SecurityGroup(this, 'server', {
      name: `foretell-${name}-mysql`,
      description: 'MySQL, from its clients only',
      vpcId,
    });
    const rule = { ipProtocol: 'tcp', fromPort: port, toPort: port };
    new VpcSecurityGroupEgressRule(this, 'clients-out', {
      ...rule,
      securityGroupId: clients.id,
      referencedSecurityGroupId: server.id,
      description: 'To MySQL',
    });
    new VpcSecurityGroupIngressRule(this, 'server-in', {
      ...rule,
      securityGroupId: server.id,
      referencedSecurityGroupId: clients.id,
      description: 'From clients',
    });
    return { clients, server };
  }
}
