import { newId } from '@foretell/core/node/new-id';
import { describeOnEachDatabase } from '@foretell/local/testing/test-databases';
import { queuedJob } from './add-job.ts';
import { createDataSource } from './data-source.ts';
import { openDatabase, type Database } from './database.ts';
import { createJobProgress } from './job-progress.ts';
import { notify } from './notify.ts';
import { enqueueManifest, enqueueMessage } from './outbox.ts';
import { memberships } from './people.ts';
import { insertRows, pageOf, updateRows } from './rows.ts';
import { models } from './models.ts';
import { tables } from './tables.ts';
import { jobs, notifications, outbox, type JobRow } from './work.ts';

const at = '2026-01-02T03:04:05.678Z';
const jobRow = (workspace: string): JobRow =>
  queuedJob(workspace, 'training.run', { kind: 'model', id: newId() }, at);

describeOnEachDatabase('the database', (engine) => {
  let url: string;
  let database: Database;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const server = await engine.start();
    ({ url } = server);
    database = await openDatabase(url);
    await database.migrate();
    stop = async () => {
      await database.close();
      await server.stop();
    };
  });
  afterAll(() => stop());

  test('the migrated tables have exactly the columns the entities name, none nullable but theirs', async () => {
    for (const { options } of tables) {
      const runner = (await createDataSource(url).initialize()).createQueryRunner();
      const found = await runner.getTable(options.name);
      const real = found?.columns.map(({ name, isNullable }) => `${name}${isNullable ? '?' : ''}`);
      const named = Object.entries(options.columns).map(([name, c]) => `${name}${c.nullable ? '?' : ''}`);
      expect([options.name, real?.toSorted()]).toEqual([options.name, named.toSorted()]);
      await runner.dataSource.destroy();
    }
  });

  test('migrations go down to nothing and up again', async () => {
    const other = await createDataSource(url).initialize();
    for (const _ of other.migrations) await other.undoLastMigration();
    const left = await other.createQueryRunner().getTables(tables.map(({ options }) => options.name));
    expect(left).toEqual([]);
    await other.runMigrations();
    await other.destroy();
    expect(await database.read.count(jobs)).toBe(0);
  });

  test('a transaction that throws leaves nothing behind', async () => {
    const row = jobRow(newId());
    const failing = database.write(async (tx) => {
      await insertRows(tx, jobs, row);
      await enqueueMessage(tx, 'training.run', row.workspace, {
        job: row.id,
        model: newId(),
        training: newId(),
      });
      throw new Error('the process has a bug');
    });
    await expect(failing).rejects.toThrow('the process has a bug');
    expect(await database.read.findOneBy(jobs, { id: row.id })).toBeNull();
    expect(await database.read.countBy(outbox, { kind: 'message' })).toBe(0);
  });

  test('forty writers at once lose no update', async () => {
    const row = jobRow(newId());
    await database.write((tx) => insertRows(tx, jobs, row));
    const progress = createJobProgress(database);
    const steps = Array.from({ length: 40 }, (_, i) => i);
    await Promise.all(steps.map(() => database.write((tx) => insertRows(tx, jobs, jobRow(row.workspace)))));
    await Promise.all(steps.map((i) => progress.reportProgress(row.id, 'training', 0.5, { [`row${i}`]: i })));
    expect(await database.read.countBy(jobs, { workspace: row.workspace })).toBe(41);
    const { figures } = await database.read.findOneByOrFail(jobs, { id: row.id });
    expect(figures).toEqual({ training: Object.fromEntries(steps.map((i) => [`row${i}`, i])) });
  });

  test('a job finishes once, whoever tries again, and a finished job never changes', async () => {
    const row = jobRow(newId());
    await database.write((tx) => insertRows(tx, jobs, row));
    const progress = createJobProgress(database);
    expect(await progress.startJob(row.id)).toMatchObject({ id: row.id, status: 'running' });
    await progress.reportProgress(row.id, 'reading', 0.1, { rows: 10 });
    await progress.reportProgress(row.id, 'reading', 0.2, { seconds: 1.5 });
    let times = 0;
    const along = () => {
      times++;
      return Promise.resolve();
    };
    const attempts = [
      progress.succeedJob(row.id, along),
      progress.failJob(row.id, { code: 'late', field: null, detail: 'late' }, along),
      progress.succeedJob(row.id, along),
    ];
    expect((await Promise.all(attempts)).filter(Boolean)).toHaveLength(1);
    expect(times).toBe(1);
    const finished = await database.read.findOneByOrFail(jobs, { id: row.id });
    expect(finished.figures).toEqual({ reading: { rows: 10, seconds: 1.5 } });
    expect(finished.finishedAt).not.toBeNull();
    expect(await progress.startJob(row.id)).toBeNull();
    expect(await progress.reportProgress(row.id, 'again', 0.9)).toBe(false);
    expect(await database.read.findOneByOrFail(jobs, { id: row.id })).toEqual(finished);
  });

  test('when what goes along fails, the job is not finished', async () => {
    const row = jobRow(newId());
    await database.write((tx) => insertRows(tx, jobs, row));
    const progress = createJobProgress(database);
    const failing = progress.succeedJob(row.id, () => Promise.reject(new Error('disk full')));
    await expect(failing).rejects.toThrow('disk full');
    expect(await progress.succeedJob(row.id)).toBe(true);
  });

  test('a cause notifies each member once', async () => {
    const [workspace, source] = [newId(), newId()];
    const members = [newId(), newId()].map((user) => ({
      workspace,
      user,
      role: 'viewer' as const,
      createdAt: at,
    }));
    await database.write((tx) => insertRows(tx, memberships, ...members));
    const notice = { workspace, source, kind: 'dataset.ready', title: 'Ready', body: '✈ 3 rows', link: null };
    for (let i = 0; i < 3; i++) await database.write((tx) => notify(tx, notice));
    const rows = await database.read.findBy(notifications, { workspace });
    expect(rows.map(({ user, body }) => [user, body]).toSorted()).toEqual(
      members.map(({ user }) => [user, '✈ 3 rows']).toSorted(),
    );
  });

  test('text is compared by its bytes: case and accents matter, as on the other engine', async () => {
    const workspace = newId();
    await database.write((tx) => insertRows(tx, jobs, { ...jobRow(workspace), step: 'Zoë' }));
    for (const step of ['zoë', 'Zoe', 'ZOË'])
      expect(await database.read.countBy(jobs, { workspace, step })).toBe(0);
    expect(await database.read.countBy(jobs, { workspace, step: 'Zoë' })).toBe(1);
  });

  test('JSON of a megabyte comes back as it went in', async () => {
    const row = { ...jobRow(newId()), figures: { text: '𝒳é"\\'.repeat(200_000), null: null, n: 1e-7 } };
    await database.write((tx) => insertRows(tx, jobs, row));
    expect(await database.read.findOneByOrFail(jobs, { id: row.id })).toEqual(row);
  });

  test('a list is paged newest first, with nothing twice and nothing missing', async () => {
    const workspace = newId();
    const rows = Array.from({ length: 7 }, () => jobRow(workspace));
    for (const row of rows) await database.write((tx) => insertRows(tx, jobs, row));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await pageOf(database.read, jobs, { workspace }, { cursor, limit: 3 });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(rows.map(({ id }) => id).toReversed());
  });

  test('an update says how many rows it found, changed or not', async () => {
    const row = jobRow(newId());
    await database.write((tx) => insertRows(tx, jobs, row));
    const same = { step: row.step };
    expect(await database.write((tx) => updateRows(tx, jobs, { id: row.id }, same))).toBe(1);
    expect(await database.write((tx) => updateRows(tx, models, { id: newId() }, { name: 'x' }))).toBe(0);
  });

  test('a message that is not what its type says is never enqueued', async () => {
    const bad = { job: 'no id', model: newId(), training: newId() };
    const failing = database.write((tx) => enqueueMessage(tx, 'training.run', newId(), bad));
    await expect(failing).rejects.toThrow(/job/);
    await database.write(enqueueManifest);
    expect(await database.read.countBy(outbox, { kind: 'manifest' })).toBe(1);
  });
});
