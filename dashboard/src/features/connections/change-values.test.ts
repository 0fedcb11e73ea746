import { connectionChange } from '@foretell/core/contracts/sources';
import { changeOf, changeRules, valuesOf, type WarehouseConnection } from './change-values.ts';

const database: WarehouseConnection = {
  id: '0190b7a1-0000-7000-8000-000000000000',
  name: 'shop',
  kind: 'postgresql',
  settings: { tls: 'required', host: 'db.example.com', database: 'shop' },
  createdAt: '2026-01-01T00:00:00Z',
};
const redshift: WarehouseConnection = {
  ...database,
  kind: 'redshift',
  settings: { database: 'dev', cluster: 'shop', unloadRole: 'arn:aws:iam::123456789012:role/unload' },
};

test.each([database, redshift])('nothing changes of a connection as it is: $kind', (connection) => {
  expect(changeOf(connection, valuesOf(connection))).toEqual({ kind: connection.kind });
});

test('another name alone is sent without the place', () => {
  expect(changeOf(database, { ...valuesOf(database), name: ' orders ' })).toEqual({
    kind: 'postgresql',
    name: 'orders',
  });
});

test('another place is sent whole, with the credentials that are typed', () => {
  const values = { ...valuesOf(database), host: 'replica.example.com', username: 'reader', password: 'p' };
  const change = changeOf(database, values);
  expect(change).toEqual({
    kind: 'postgresql',
    settings: { host: 'replica.example.com', database: 'shop', tls: 'required' },
    credentials: { username: 'reader', password: 'p' },
  });
  expect(connectionChange.safeParse(change).success).toBe(true);
});

test('a user without a password, or a password without a user, is no change', () => {
  const values = valuesOf(database);
  expect(changeRules.password('', { ...values, username: 'reader' })).not.toBeNull();
  expect(changeRules.username('', { ...values, password: 'p' })).not.toBeNull();
  expect([changeRules.username('', values), changeRules.password('', values)]).toEqual([null, null]);
});
