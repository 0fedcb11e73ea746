import { ingestTable } from '@foretell/core/contracts/ingest-table';
import { predictionsTable } from '@foretell/core/contracts/predictions-table';
import { releasesTableName } from '@foretell/core/contracts/release-names';
import { releasesTable } from '@foretell/core/contracts/releases-table';
import type { Construct } from '../cdktf.ts';
import { DataLake, Lake } from '../constructs/data-lake.ts';
import type { HouseStack } from '../constructs/house-stack.ts';
import { LogsBucket } from '../constructs/logs-bucket.ts';
import { DatabaseAccess, MysqlDatabase } from '../constructs/mysql-database.ts';
import { Table, TableAccess } from '../constructs/table.ts';
import { Warehouse, WarehouseAccess } from '../constructs/warehouse.ts';
import type { Environment } from '../environments.ts';
import { dashboardOrigin } from '../names.ts';
import { EnvironmentStack } from './environment-stack.ts';
import type { FoundationStack } from './foundation.ts';

type DataOutputs = Readonly<
  Record<
    | 'lake_name'
    | 'lake_arn'
    | 'logs_bucket'
    | 'key_arn'
    | 'predictions_name'
    | 'predictions_arn'
    | 'ingest_name'
    | 'ingest_arn'
    | 'releases_name'
    | 'releases_arn'
    | 'database_address'
    | 'database_secret_arn'
    | 'database_clients_group_id'
    | 'workgroup'
    | 'workgroup_arn'
    | 'warehouse_database'
    | 'copy_role_arn',
    string
  >
>;

/** What holds data, as another stack reads and grants it. */
export interface Data {
  readonly lake: Lake;
  readonly predictions: TableAccess;
  readonly ingest: TableAccess;
  readonly releases: TableAccess;
  readonly database: DatabaseAccess;
  readonly warehouse: WarehouseAccess;
  readonly logsBucket: string;
}

/** What holds data: the lake, predictions, ingest state, releases, MySQL and Redshift. */
export class DataStack extends EnvironmentStack<DataOutputs> {
  constructor(scope: Construct, environment: Environment, foundationStack: FoundationStack) {
    super(scope, 'data', environment);
    const { name, account, holdsRealData } = environment;
    const { vpcId, privateSubnetIds: subnetIds, keyArn } = this.foundation(foundationStack);
    const logs = new LogsBucket(this, 'logs', {
      name: `foretell-${name}-logs-${account}`,
      account,
      retentionDays: environment.logRetentionDays,
      preventDestroy: holdsRealData,
    });
    const { lake } = new DataLake(this, 'lake', {
      name: `foretell-${name}-lake-${account}`,
      keyArn,
      logsBucket: logs.name,
      dashboardOrigin: dashboardOrigin(environment),
      preventDestroy: holdsRealData,
    });
    const table = { keyArn, holdsRealData };
    const { access: predictions } = new Table(this, 'predictions', {
      ...table,
      name: `foretell-${name}-predictions`,
      partitionKey: predictionsTable.partitionKey,
      ttlAttribute: predictionsTable.ttlAttribute,
      indexes: Object.values(predictionsTable.indexes),
    });
    const { access: ingest } = new Table(this, 'ingest', {
      ...table,
      name: `foretell-${name}-ingest`,
      ...ingestTable,
    });
    const { access: releases } = new Table(this, 'releases', {
      ...table,
      name: releasesTableName(name),
      ...releasesTable,
    });
    const { access: database } = new MysqlDatabase(this, 'mysql', { environment, vpcId, subnetIds, keyArn });
    const { access: warehouse } = new Warehouse(this, 'redshift', {
      environment,
      vpcId,
      subnetIds,
      keyArn,
      lake,
    });
    this.publish({
      lake_name: lake.attributes.name,
      lake_arn: lake.attributes.arn,
      logs_bucket: logs.name,
      key_arn: keyArn,
      predictions_name: predictions.attributes.name,
      predictions_arn: predictions.attributes.arn,
      ingest_name: ingest.attributes.name,
      ingest_arn: ingest.attributes.arn,
      releases_name: releases.attributes.name,
      releases_arn: releases.attributes.arn,
      database_address: database.attributes.address,
      database_secret_arn: database.attributes.secretArn,
      database_clients_group_id: database.attributes.clientsGroupId,
      workgroup: warehouse.attributes.workgroup,
      workgroup_arn: warehouse.attributes.workgroupArn,
      warehouse_database: warehouse.attributes.database,
      copy_role_arn: warehouse.attributes.copyRoleArn,
    });
  }

  of(consumer: HouseStack): Data {
    const outputs = this.in(consumer);
    const keyArn = outputs.key_arn;
    const table = (name: 'predictions' | 'ingest' | 'releases') =>
      new TableAccess({ name: outputs[`${name}_name`], arn: outputs[`${name}_arn`], keyArn });
    return {
      lake: new Lake({ name: outputs.lake_name, arn: outputs.lake_arn, keyArn }),
      predictions: table('predictions'),
      ingest: table('ingest'),
      releases: table('releases'),
      database: new DatabaseAccess({
        address: outputs.database_address,
        secretArn: outputs.database_secret_arn,
        clientsGroupId: outputs.database_clients_group_id,
        keyArn,
      }),
      warehouse: new WarehouseAccess({
        workgroup: outputs.workgroup,
        workgroupArn: outputs.workgroup_arn,
        database: outputs.warehouse_database,
        copyRoleArn: outputs.copy_role_arn,
      }),
      logsBucket: outputs.logs_bucket,
    };
  }
}
