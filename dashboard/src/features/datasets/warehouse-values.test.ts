import { datasetRequest } from '@foretell/core/contracts/control-api/datasets';
import { connectionRequest } from '@foretell/core/contracts/sources';
import {
  connectionOf,
  datasetOf,
  emptyValues,
  never,
  validate,
  type WarehouseValues,
} from './warehouse-values.ts';

const id = '01890000-0000-7000-8000-000000000001';
const typed = {
  ...emptyValues,
  name: 'orders',
  host: ' db.example.com ',
  database: 'shop',
  username: 'reader',
  password: ' with spaces ',
  query: 'SELECT * FROM orders',
};

test('what is left empty is not asked for, and a password is sent as it is typed', () => {
  expect(connectionRequest.parse(connectionOf(typed, 'shop'))).toEqual({
    name: 'shop',
    kind: 'postgresql',
    settings: { host: 'db.example.com', database: 'shop', tls: 'required' },
    credentials: { username: 'reader', password: ' with spaces ' },
  });
  const { source } = datasetRequest.parse(datasetOf({ ...typed, everyHours: never }, id));
  expect(source).toEqual({
    kind: 'warehouse',
    connection: id,
    query: 'SELECT * FROM orders',
    timeoutSeconds: 3600,
  });
});

test('a certificate authority is of use with TLS alone', () => {
  const certificateAuthority = '-----BEGIN CERTIFICATE-----\nAA==';
  const { settings } = connectionOf({ ...typed, port: 5433, certificateAuthority }, 'shop');
  expect(settings).toMatchObject({ port: 5433, tls: 'required', certificateAuthority });
  const without = connectionOf({ ...typed, tls: false, certificateAuthority }, 'shop');
  expect(without.settings).toEqual({ host: 'db.example.com', database: 'shop', tls: 'off' });
});

test('columns and the schedule go with the query', () => {
  const values = { ...typed, timeColumn: 'at', incrementalColumn: 'id ', keyColumn: 'id', everyHours: '6' };
  expect(datasetRequest.parse(datasetOf(values, id))).toMatchObject({
    timeColumn: 'at',
    source: { incrementalColumn: 'id', keyColumn: 'id', everyHours: 6 },
  });
});

test('a connection that is there needs no words of its own, and a query is one statement of its kind', () => {
  expect(validate.password('', emptyValues)).toBe('Type the password.');
  expect(validate.password('', { ...emptyValues, connection: id })).toBeNull();
  expect(validate.query('DELETE FROM orders', typed)).toMatch(/reads/);
  expect(validate.query("SELECT 'a\\'; b'", { ...typed, kind: 'mysql' })).toBeNull();
  expect(validate.query("SELECT 'a\\'; b'", typed)).toMatch(/One statement/);
});

test('Redshift is a workgroup or a cluster, with a role in the place of a host', () => {
  const unloadRole = 'arn:aws:iam::123456789012:role/foretell-unload';
  const values = { ...typed, kind: 'redshift' as const, warehouse: ' shop ', unloadRole: `${unloadRole} ` };
  const settings = (value: typeof values | WarehouseValues) =>
    connectionRequest.parse(connectionOf(value, 'shop')).settings;
  expect(settings(values)).toEqual({ workgroup: 'shop', database: 'shop', unloadRole });
  expect(settings({ ...values, deployment: 'cluster' })).toEqual({
    cluster: 'shop',
    database: 'shop',
    unloadRole,
  });
  expect(validate.host('', values)).toBeNull();
  expect(validate.warehouse('', values)).toMatch(/workgroup/);
  expect(validate.warehouse('', typed)).toBeNull();
  expect(validate.query(String.raw`SELECT 'a\'; b'`, values)).toBeNull();
});
