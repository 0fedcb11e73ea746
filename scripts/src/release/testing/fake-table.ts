import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { unmarshall, marshall } from '@aws-sdk/util-dynamodb';
import type { Answers } from './fake-answers.ts';
import type { FakeWorld } from './fake-world.ts';

/** As much of DynamoDB's conditions as the ledger and the lock use. */
export function table(world: FakeWorld): Answers {
  const keyOf = (item: Record<string, unknown>) => `${String(item['kind'])}|${String(item['entry'])}`;
  const failed = () =>
    new ConditionalCheckFailedException({ message: 'the condition is not met', $metadata: {} });
  const mine = (of: Record<string, unknown> | undefined, id: unknown) =>
    id === undefined || (of !== undefined && of['id'] === id);
  return {
    'dynamodb:GetItem': ({ Key = {} }) => {
      const item = world.items.get(keyOf(unmarshall(Key)));
      return item ? { Item: marshall(item) } : {};
    },
    'dynamodb:Query': () => ({
      Items: [...world.items.values()]
        .filter(({ kind }) => kind === 'ledger')
        .sort((a, b) => (String(a['entry']) < String(b['entry']) ? -1 : 1))
        .map((item) => marshall(item)),
    }),
    'dynamodb:PutItem': ({ Item = {}, ConditionExpression, ExpressionAttributeValues = {} }) => {
      const item = unmarshall(Item);
      const before = world.items.get(keyOf(item));
      const { ':stale': stale } = unmarshall(ExpressionAttributeValues) as Record<string, string>;
      const free = before === undefined || (stale !== undefined && String(before['renewedAt']) < stale);
      if (ConditionExpression !== undefined && !free) throw failed();
      world.items.set(keyOf(item), item);
      return {};
    },
    'dynamodb:UpdateItem': ({ Key = {}, ExpressionAttributeValues = {} }) => {
      const values = unmarshall(ExpressionAttributeValues);
      const before = world.items.get(keyOf(unmarshall(Key)));
      if (!before || !mine(before, values[':id'])) throw failed();
      world.items.set(keyOf(before), { ...before, renewedAt: values[':now'] });
      return {};
    },
    'dynamodb:DeleteItem': ({ Key = {}, ExpressionAttributeValues = {} }) => {
      const key = keyOf(unmarshall(Key));
      if (!mine(world.items.get(key), unmarshall(ExpressionAttributeValues)[':id'])) throw failed();
      world.items.delete(key);
      return {};
    },
  };
}
