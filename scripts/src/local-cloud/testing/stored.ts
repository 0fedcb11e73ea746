import { DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  ExecuteStatementCommand,
  GetStatementResultCommand,
  RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { releasesTableName } from '@foretell/core/contracts/release-names';
import { environments, type EnvironmentName } from '@foretell/infra/environments';
import type { LocalCloud } from '../start-local-cloud.ts';

/** What the emulators take. */
export const credentials = { accessKeyId: 'foretell-local', secretAccessKey: 'foretell-local' };
export const region = 'us-east-1';

export const endpointOf = (local: LocalCloud, name: EnvironmentName): string =>
  local.aws[name].environment['AWS_ENDPOINT_URL'] ?? '';

/** The ids of the predictions that an environment's DynamoDB has. */
export async function predictionIds(local: LocalCloud, name: EnvironmentName): Promise<Set<string>> {
  const dynamodb = new DynamoDBClient({ endpoint: endpointOf(local, name), region, credentials });
  const TableName = local.aws[name].resources.tables.predictions;
  const found = new Set<string>();
  let from: ScanCommand['input']['ExclusiveStartKey'];
  do {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new ScanCommand({
        TableName,
        ProjectionExpression: 'id',
        ...(from ? { ExclusiveStartKey: from } : {}),
      }),
    );
    for (const { id } of Items) if (id?.S) found.add(id.S);
    from = LastEvaluatedKey;
  } while (from);
  dynamodb.destroy();
  return found;
}

/** How many units the environment's warehouse knows to have been exposed: SQS brought each of them to a worker. */
export async function exposedUnits(local: LocalCloud, name: EnvironmentName): Promise<number> {
  const { environment } = local.aws[name];
  const endpoint = environment['AWS_ENDPOINT_URL_REDSHIFT_DATA'] ?? '';
  const redshift = new RedshiftDataClient({ endpoint, region, credentials });
  const { Id } = await redshift.send(
    new ExecuteStatementCommand({
      WorkgroupName: environment['REDSHIFT_WORKGROUP'],
      Database: environment['REDSHIFT_DATABASE'],
      Sql: 'SELECT COUNT(DISTINCT unit) AS units FROM experiment_assignments',
      WaitTimeSeconds: 20,
    }),
  );
  const { Records } = await redshift.send(new GetStatementResultCommand({ Id }));
  redshift.destroy();
  return Records?.[0]?.[0]?.longValue ?? 0;
}

/** The last entry of an environment's ledger. */
export async function lastEvent(
  local: LocalCloud,
  name: EnvironmentName,
): Promise<{ readonly event: string; readonly code?: string }> {
  const dynamodb = new DynamoDBClient({
    endpoint: endpointOf(local, 'staging'),
    region: environments[name].region,
    credentials,
  });
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: releasesTableName(name),
      KeyConditionExpression: 'kind = :ledger',
      ExpressionAttributeValues: { ':ledger': { S: 'ledger' } },
      ScanIndexForward: false,
      Limit: 1,
    }),
  );
  dynamodb.destroy();
  const [item] = Items;
  const code = item?.['code']?.S;
  return { event: item?.['event']?.S ?? '', ...(code === undefined ? {} : { code }) };
}
