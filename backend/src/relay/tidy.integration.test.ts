import { firstIdAt, newId } from '@foretell/core/node/new-id';
import { describeOnEachDatabase } from '@foretell/local/testing/test-databases';
import { openDatabase, type Database } from '../db/database.ts';
import { recordFiles, type RecordFileRow } from '../db/record-files.ts';
import { removals } from '../db/removals.ts';
import { insertRows } from '../db/rows.ts';
import { outbox } from '../db/work.ts';
import { createOutboxStore } from './outbox-store.ts';
import { createTidy } from './tidy.ts';

const daysAgo = (days: number) => Date.now() - days * 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();

describeOnEachDatabase('tidying up', (engine) => {
  let database: Database;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const server = await engine.start();
    database = await openDatabase(server.url);
    await database.migrate();
    stop = async () => {
      await database.close();
      await server.stop();
    };
  });
  afterAll(() => stop());
  const tidy = () => createTidy(database, createOutboxStore(database, { jobsAtOnce: 1 }))();

  test('batches that were merged longer ago than any message lives are forgotten, and no others', async () => {
    const dataset = newId();
    const file = (batch: string, featureSet: number | null, days: number): RecordFileRow => ({
      batch,
      workspace: newId(),
      dataset,
      key: `records/${batch}.parquet`,
      rows: 1,
      featureSet,
      createdAt: iso(daysAgo(days)),
    });
    // Ids of one moment differ in what follows the time.
    const idOf = (days: number, i: number) =>
      firstIdAt(daysAgo(days)).slice(0, -6) + String(i).padStart(6, '0');
    const old = Array.from({ length: 1500 }, (_, i) => file(idOf(31, i), 1, 31));
    const waiting = file(idOf(32, 1), null, 32);
    const young = file(idOf(29, 1), 2, 29);
    await database.write((tx) => insertRows(tx, recordFiles, ...old, waiting, young));
    await tidy();
    const left = await database.read.findBy(recordFiles, { dataset });
    expect(left.map(({ batch }) => batch).sort()).toEqual([waiting.batch, young.batch].sort());
  });

  test('a removal is remembered until it is long done', async () => {
    const removal = (finishedAt: string | null) => ({
      id: newId(),
      workspace: newId(),
      kind: 'dataset' as const,
      besides: { uploads: [], experiments: [] },
      requestedAt: iso(daysAgo(40)),
      finishedAt,
    });
    const rows = [removal(iso(daysAgo(31))), removal(iso(daysAgo(29))), removal(null)];
    await database.write((tx) => insertRows(tx, removals, ...rows));
    await tidy();
    const left = await database.read.find(removals);
    expect(left.map(({ id }) => id).sort()).toEqual([rows[1]!.id, rows[2]!.id].sort());
  });

  test('a removal that is not done after an hour is asked for again, no other', async () => {
    const removal = (hours: number, finishedAt: string | null) => ({
      id: newId(),
      workspace: newId(),
      kind: 'model' as const,
      besides: { uploads: [], experiments: [] },
      requestedAt: iso(daysAgo(hours / 24)),
      finishedAt,
    });
    const [late, young, done] = [removal(2, null), removal(0.5, null), removal(2, iso(daysAgo(0)))];
    await database.write((tx) => insertRows(tx, removals, late, young, done));
    await tidy();
    const sent = async ({ id, workspace }: typeof late) =>
      (await database.read.findBy(outbox, { workspace })).map(({ body }) => {
        const { type, payload } = JSON.parse(body ?? '') as { type: string; payload: object };
        expect(payload).toEqual({ removal: id, again: false });
        return type;
      });
    expect(await sent(late)).toEqual(['removal.run']);
    expect([await sent(young), await sent(done)]).toEqual([[], []]);
  });
});
