import type { Condition } from '@foretell/core/contracts/condition';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { exampleCall } from './example-call.ts';

const recipe = (filter?: Condition[]): Recipe => ({
  version: 1,
  dataset: '0198f1c0-0000-7000-8000-000000000001',
  featureSet: 1,
  entity: 'customer',
  time: 'at',
  label: { kind: 'column', column: 'returned' },
  task: 'binary',
  features: [{ kind: 'column', name: 'channel', column: 'channel', type: 'category' }],
  ...(filter === undefined ? {} : { filter }),
  split: { validation: 0.15, test: 0.15, embargoDays: 0 },
  sampling: { maxRows: 1000, seed: 1 },
  roles: [],
  warnings: [],
});
const rows = [
  { customer: 'c1', channel: 'shop', amount: 90 },
  { customer: 'c2', channel: 'web', amount: 5 },
  { customer: 'c3', channel: 'web', amount: 50 },
];
const web = { column: 'channel', op: '=', value: 'web' } as const;

test('the example is a real row that the model’s filter lets pass', () => {
  expect(exampleCall(recipe(), rows)).toEqual({ entity: 'c1', features: { channel: 'shop' } });
  expect(exampleCall(recipe([web]), rows).entity).toBe('c2');
  expect(exampleCall(recipe([web, { column: 'amount', op: '>', value: 10 }]), rows)).toEqual({
    entity: 'c3',
    features: { channel: 'web' },
  });
});

test('without such a row it is any, and without a row it names what to send', () => {
  expect(exampleCall(recipe([{ ...web, value: 'nowhere' }]), rows).entity).toBe('c1');
  expect(exampleCall(recipe(), [])).toEqual({ entity: 'some-entity', features: { channel: null } });
});
