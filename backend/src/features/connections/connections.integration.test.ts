import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { hasPostgresql, startPostgresql, type Postgresql } from '@foretell/local/testing/postgresql';
import { databaseEngines } from '@foretell/local/testing/test-databases';
import { datasets } from '../../db/data.ts';
import { connections, datasetSources } from '../../db/sources.ts';
import { connectionTests } from '../../db/tries.ts';
import { signUp } from '../../testing/sample-workspace.ts';
import { startTestBackend, type TestBackend } from '../../testing/start-test-backend.ts';

(hasPostgresql() ? describe : describe.skip)('connections to databases', () => {
  let backend: TestBackend;
  let server: Postgresql;
  let token: string;
  let workspace: string;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const [aws, database] = [await startAwsWithResources(), await databaseEngines[0]!.start()];
    server = await startPostgresql();
    const environment = { ...aws.environment, EGRESS_ALLOWED_HOSTS: '127.0.0.1' };
    backend = await startTestBackend(environment, database.url);
    ({ token, workspace } = await signUp(backend));
    stop = async () => {
      await backend.stop();
      await database.stop();
      await Promise.all([server.stop(), aws.stop()]);
    };
  });
  afterAll(() => stop());

  const password = 'the secret itself';
  const request = (settings: object = {}) => ({
    name: 'shop',
    kind: 'postgresql',
    settings: { host: '127.0.0.1', port: server.port, database: 'postgres', tls: 'off', ...settings },
    credentials: { username: 'postgres', password },
  });
  const call = (operation: string, body: object, params?: object) =>
    backend.client.call(operation, { token, body, ...(params ? { params } : {}) } as never);

  test('one that answers is told by its server, and nothing of it is kept', async () => {
    const { status, body } = await call('testConnection', request());
    expect([status, body]).toEqual([200, { server: expect.stringMatching(/^PostgreSQL \d/) }]);
    expect(await backend.database.read.countBy(connections, { workspace })).toBe(0);
    expect(await backend.database.read.findBy(connectionTests, { account: workspace })).toMatchObject([
      { tries: 1 },
    ]);
  });

  test.each([
    ['a user who is not there', {}, { username: 'nobody', password }, 'credentials', 'bad_credentials'],
    ['an unknown database', { database: 'nowhere' }, undefined, 'settings.database', 'unknown_database'],
    ['a server without TLS', { tls: 'required' }, undefined, 'settings.tls', 'no_tls'],
    ['the metadata of the cloud', { host: '169.254.169.254' }, undefined, 'settings.host', 'forbidden_host'],
    ['loopback in other digits', { host: '0x7f000002' }, undefined, 'settings.host', 'forbidden_host'],
    ['a public host without TLS', { host: '93.184.216.34' }, undefined, 'settings.tls', 'tls_required'],
    ['a URL for a host', { host: 'http://127.0.0.1/' }, undefined, 'settings.host', 'invalid_host'],
  ])('%s is refused in words', async (_, settings, credentials, field, code) => {
    const asked = { ...request(settings), ...(credentials ? { credentials } : {}) };
    const { status, body } = await call('testConnection', asked);
    expect([status, body.errors]).toMatchObject([422, [{ field, code }]]);
    expect(JSON.stringify(body)).not.toContain(password);
  });

  test('its credentials are in Secrets Manager alone, and a dataset is made of what a query answers', async () => {
    const { status, body: made } = await call('createConnection', request());
    expect(status).toBe(201);
    expect(JSON.stringify(made)).not.toContain(password);
    const row = await backend.database.read.findOneByOrFail(connections, { id: made.id });
    expect(JSON.stringify(row)).not.toContain(password);
    const secret = await new SecretsManagerClient().send(
      new GetSecretValueCommand({ SecretId: row.secretRef }),
    );
    expect(JSON.parse(secret.SecretString ?? '')).toEqual({ username: 'postgres', password });
    const source = {
      kind: 'warehouse',
      connection: made.id,
      query: 'SELECT * FROM orders; ',
      incrementalColumn: 'at',
      everyHours: 24,
    };
    const { status: accepted, body } = await call('createDataset', { name: 'orders', source });
    expect([accepted, body.dataset.source, body.job.status]).toEqual([202, 'warehouse', 'queued']);
    const kept = await backend.database.read.findOneByOrFail(datasetSources, { dataset: body.dataset.id });
    expect(kept).toMatchObject({
      everyHours: 24,
      settings: { query: 'SELECT * FROM orders', incrementalColumn: 'at', timeoutSeconds: 3600 },
    });
    const since = await call('importAgain', { from: '2026-01-01T00:00:00Z' }, { id: body.dataset.id });
    expect([since.status, since.body.errors[0].field]).toEqual([422, 'from']);
  });

  test.each([
    ['two statements', 'SELECT 1; DROP TABLE orders'],
    ['a write', 'DELETE FROM orders'],
  ])('%s is refused before anything is kept', async (_, query) => {
    const { body: made } = await call('createConnection', request());
    const before = await backend.database.read.countBy(datasets, { workspace });
    const source = { kind: 'warehouse', connection: made.id, query };
    const { status, body } = await call('createDataset', { name: 'd', source });
    expect([status, body.errors[0].field]).toEqual([422, 'source.query']);
    expect(await backend.database.read.countBy(datasets, { workspace })).toBe(before);
  });

  test('a query is not asked of another kind of connection', async () => {
    const amplitude = {
      name: 'a',
      kind: 'amplitude',
      settings: { region: 'us' },
      credentials: { apiKey: 'k', secretKey: 's' },
    };
    const { body: made } = await call('createConnection', amplitude);
    const source = { kind: 'warehouse', connection: made.id, query: 'SELECT 1' };
    const { status, body } = await call('createDataset', { name: 'd', source });
    expect([status, body.errors[0].field]).toEqual([422, 'source.connection']);
    expect((await call('testConnection', amplitude)).body.errors[0].code).toBe('not_testable');
  });
});
