import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { releasesTableName } from '@foretell/core/contracts/release-names';
import { ledgerEvent, type LedgerEvent } from '@foretell/core/contracts/releases-table';
import type { Aws, InputOf } from './aws-calls.ts';

const kind = 'ledger';

/** The write of an event: a key of its own, and never over another. */
export const ledgerPut = (environment: string, event: LedgerEvent): InputOf<'dynamodb:PutItem'> => ({
  TableName: releasesTableName(environment),
  Item: marshall({ ...event, kind, entry: `${event.at}#${event.release}#${event.event}` }),
  ConditionExpression: 'attribute_not_exists(#kind)',
  ExpressionAttributeNames: { '#kind': 'kind' },
});

/** The whole ledger, oldest first. A release is two items: a thousand of them are read in a few calls. */
export async function readLedger(aws: Aws, environment: string): Promise<readonly LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  let start: InputOf<'dynamodb:Query'>['ExclusiveStartKey'];
  do {
    const { Items = [], LastEvaluatedKey } = await aws('dynamodb:Query', {
      TableName: releasesTableName(environment),
      KeyConditionExpression: '#kind = :kind',
      ExpressionAttributeNames: { '#kind': 'kind' },
      ExpressionAttributeValues: { ':kind': { S: kind } },
      ConsistentRead: true,
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    events.push(...Items.map((item) => ledgerEvent.parse(unmarshall(item))));
    start = LastEvaluatedKey;
  } while (start);
  return events;
}
