import {
  DescribeStatementCommand,
  ExecuteStatementCommand,
  RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { startLocalAws } from '@foretell/local/testing/local-aws';
import { databaseEngines } from '@foretell/local/testing/test-databases';
import { datasetSources } from '../../db/sources.ts';
import { signUp } from '../../testing/sample-workspace.ts';
import { startTestBackend, type TestBackend } from '../../testing/start-test-backend.ts';

let backend: TestBackend;
let token: string;
let stop: () => Promise<void>;
const password = 'The secret 1tself';
beforeAll(async () => {
  const [aws, database] = [await startLocalAws(), await databaseEngines[0]!.start()];
  backend = await startTestBackend(aws.environment, database.url);
  ({ token } = await signUp(backend));
  const redshift = new RedshiftDataClient();
  const Sql = `CREATE USER reader PASSWORD '${password}'`;
  const target = { WorkgroupName: 'foretell-shop', Database: 'dev' };
  const { Id } = await redshift.send(new ExecuteStatementCommand({ ...target, Sql, WaitTimeSeconds: 30 }));
  await redshift.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 30 }));
  stop = async () => {
    redshift.destroy();
    await backend.stop();
    await Promise.all([database.stop(), aws.stop()]);
  };
});
afterAll(() => stop());

const request = (settings: object = {}, credentials: object = {}) => ({
  name: 'shop',
  kind: 'redshift',
  settings: {
    workgroup: 'foretell-shop',
    database: 'dev',
    unloadRole: 'arn:aws:iam::000000000000:role/shop-unload',
    ...settings,
  },
  credentials: { username: 'reader', password, ...credentials },
});
const call = (operation: string, body: object) =>
  backend.client.call(operation, { token, body }) as Promise<{
    status: number;
    body: { id: string; server?: string; errors: { field: string; code: string }[]; dataset: { id: string } };
  }>;
const secrets = async () =>
  (await new SecretsManagerClient().send(new ListSecretsCommand({}))).SecretList ?? [];

test('a Redshift that answers, by a role that may write, is told by its version; nothing of it is kept', async () => {
  const { status, body } = await call('testConnection', request());
  expect([status, body]).toEqual([200, { server: expect.stringMatching(/\d/) as string }]);
  expect(await secrets()).toEqual([]);
});

test.each([
  ['a wrong password', {}, { password: 'another' }, 'credentials', 'bad_credentials'],
  ['an unknown workgroup', { workgroup: 'nowhere' }, {}, 'settings.workgroup', 'unknown_warehouse'],
  [
    'an unknown cluster',
    { workgroup: undefined, cluster: 'nowhere' },
    {},
    'settings.cluster',
    'unknown_warehouse',
  ],
  [
    'a role of somebody else',
    { unloadRole: 'arn:aws:iam::111111111111:role/theirs' },
    {},
    'settings.unloadRole',
    'bad_role',
  ],
])('%s is refused in words when it is tried', async (_, settings, credentials, field, code) => {
  const { status, body } = await call('testConnection', request(settings, credentials));
  expect([status, body.errors]).toMatchObject([422, [{ field, code }]]);
  expect(JSON.stringify(body)).not.toContain(password);
  expect(await secrets()).toEqual([]);
});

test.each([
  ['neither a workgroup nor a cluster', { workgroup: undefined }, 'settings.workgroup'],
  ['both a workgroup and a cluster', { cluster: 'shop' }, 'settings.workgroup'],
  ['a URL for a workgroup', { workgroup: 'http://169.254.169.254/' }, 'settings.workgroup'],
  [
    'a role with a quote in it',
    { unloadRole: "arn:aws:iam::000000000000:role/r' CSV" },
    'settings.unloadRole',
  ],
  ['a host', { host: '127.0.0.1' }, 'settings'],
])('%s is no connection', async (_, settings, field) => {
  const { status, body } = await call('createConnection', request(settings));
  expect([status, body.errors[0]?.field]).toEqual([422, field]);
});

test('a dataset is made of what a query answers, in the words of Redshift', async () => {
  const { body: made } = await call('createConnection', request());
  const source = { kind: 'warehouse', connection: made.id, query: String.raw`SELECT 'a\'; b' AS a; ` };
  const { status, body } = await call('createDataset', { name: 'orders', source });
  expect(status).toBe(202);
  const kept = await backend.database.read.findOneByOrFail(datasetSources, { dataset: body.dataset.id });
  expect(kept.settings).toMatchObject({ query: String.raw`SELECT 'a\'; b' AS a` });
});
