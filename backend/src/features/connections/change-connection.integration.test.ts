import {
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { describeOnEachDatabase } from '@foretell/local/testing/test-databases';
import { connections } from '../../db/sources.ts';
import { auditEvents } from '../../db/work.ts';
import { signUp } from '../../testing/sample-workspace.ts';
import { startTestBackend, type TestBackend } from '../../testing/start-test-backend.ts';

let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
beforeAll(async () => {
  aws = await startAwsWithResources();
});
afterAll(() => aws.stop());

const settings = { host: 'db.example.com', database: 'shop' };
const credentials = { username: 'reader', password: 'the first' };
const others = { username: 'reader', password: 'the second' };

describeOnEachDatabase('a connection that is there', (engine) => {
  let backend: TestBackend;
  let secrets: SecretsManagerClient;
  let token: string;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const server = await engine.start();
    backend = await startTestBackend(aws.environment, server.url);
    secrets = new SecretsManagerClient();
    ({ token } = await signUp(backend));
    stop = async () => {
      secrets.destroy();
      await backend.stop();
      await server.stop();
    };
  });
  afterAll(() => stop());

  const connect = async (name = 'shop') => {
    const body = { name, kind: 'postgresql', settings, credentials };
    return (await backend.client.call('createConnection', { token, body })).body as { id: string };
  };
  const change = (id: string, body: object) =>
    backend.client.call('changeConnection', { token, params: { id }, body: { kind: 'postgresql', ...body } });
  const rowOf = (id: string) => backend.database.read.findOneByOrFail(connections, { id });
  const secretOf = async (id: string) => {
    const { secretRef } = await rowOf(id);
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretRef }));
    return JSON.parse(SecretString ?? '') as unknown;
  };
  const namesOfSecrets = async () => {
    const { SecretList = [] } = await secrets.send(new ListSecretsCommand({ MaxResults: 100 }));
    return SecretList.map(({ Name }) => Name ?? '');
  };

  test('takes other settings together with other credentials, and the secret it had goes', async () => {
    const { id } = await connect();
    const before = await rowOf(id);
    const moved = { host: 'replica.example.com', database: 'shop' };
    const { status, body } = await change(id, { name: 'replica', settings: moved, credentials: others });
    expect([status, body]).toMatchObject([200, { id, name: 'replica', settings: moved, kind: 'postgresql' }]);
    expect(await secretOf(id)).toEqual(others);
    expect(await namesOfSecrets()).not.toContain(before.secretRef);
    const events = await backend.database.read.findBy(auditEvents, { subject: `connection ${id}` });
    const detail = { changed: ['name', 'settings', 'credentials'] };
    expect(events).toContainEqual(expect.objectContaining({ action: 'connection.changed', detail }));
    expect(JSON.stringify([body, events, await rowOf(id)])).not.toContain(others.password);
  });

  test('takes another password alone, and another name without one', async () => {
    const { id } = await connect();
    expect((await change(id, { credentials: others })).status).toBe(200);
    expect(await secretOf(id)).toEqual(others);
    expect((await change(id, { name: 'renamed' })).body).toMatchObject({ name: 'renamed', settings });
    expect(await secretOf(id)).toEqual(others);
  });

  test('sends the password that it has to no other place', async () => {
    const { id } = await connect();
    const { status, body } = await change(id, { settings: { ...settings, host: 'elsewhere.example.com' } });
    expect([status, body.errors]).toMatchObject([422, [{ field: 'credentials', code: 'required' }]]);
    expect(await rowOf(id)).toMatchObject({ settings });
  });

  test.each([
    ['the metadata of the cloud', { settings: { ...settings, host: '169.254.169.254' } }, 'settings.host'],
    ['a public host without TLS', { settings: { ...settings, tls: 'off' } }, 'settings.tls'],
    ['settings of another kind', { settings: { region: 'eu' } }, 'settings.host'],
    ['credentials of another kind', { credentials: { apiKey: 'a' } }, 'credentials.username'],
    ['another kind', { kind: 'mysql', name: 'other' }, 'kind'],
    ['nothing', {}, 'name'],
  ])('is not changed to %s, and nothing is kept of it', async (_, body, field) => {
    const { id } = await connect();
    const [row, names] = [await rowOf(id), await namesOfSecrets()];
    const given = 'settings' in body ? { ...body, credentials: others } : body;
    const answer = await change(id, given);
    const fields = (answer.body.errors as { field: string }[]).map((error) => error.field);
    expect([answer.status, fields]).toEqual([422, expect.arrayContaining([field])]);
    expect([await rowOf(id), await namesOfSecrets()]).toEqual([row, names]);
  });

  test('is not removed while datasets are imported by it, which the refusal names', async () => {
    const { id } = await connect();
    for (const name of ['orders', 'customers']) {
      const source = { kind: 'warehouse', connection: id, query: 'SELECT 1' };
      await backend.client.call('createDataset', { token, body: { name, source } });
    }
    const { status, body } = await backend.client.call('removeConnection', { token, params: { id } });
    expect([status, body.detail]).toEqual([409, expect.stringMatching(/"orders"/)]);
    expect(body.detail).toContain('"customers"');
    expect(await secretOf(id)).toEqual(credentials);
  });
});
