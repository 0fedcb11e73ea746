import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, withDuckDb } from '@foretell/spark-jobs/duckdb';
import { eventCells, parseEvent } from '../amplitude/event-cells.ts';
import { mergeParts, type MergeInput } from './merge-parts.ts';
import { createRowStager } from './row-stager.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'foretell-rows-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function stage(folder: string, events: object[], textBytes?: number) {
  const path = join(dir, folder);
  const { mkdir } = await import('node:fs/promises');
  await mkdir(path);
  const stager = createRowStager(path, textBytes);
  for (const event of events) {
    const line = JSON.stringify(event);
    await stager.add((sink) => eventCells(parseEvent(line)!, line, sink));
  }
  return stager.finish();
}

const read = (paths: string[]) =>
  withDuckDb({ threads: 1, memoryMb: 300, tempDir: dir }, (connection) =>
    query(connection, `SELECT * FROM read_parquet([${paths.map(stringLiteral).join(', ')}])`),
  );

const none: MergeInput['earlier'] = { columns: [], files: [] };

test('events become typed columns: objects flattened, times as times, lists as JSON, awkward texts as they are', async () => {
  const parts = await stage('a', [
    {
      uuid: 'u1',
      event_time: '2021-05-27 11:59:53.710000',
      event_properties: { price: 2, ok: true, note: 'a "quoted", text\r\nover lines', deep: { er: 1.5 } },
      groups: ['x', 1],
      empty: '',
      lone: '\ud800 half',
    },
    {
      uuid: 'u2',
      event_time: null,
      event_properties: { price: 3, zero: 'a\0b' },
      'event_properties.price': 9,
    },
  ]);
  const merged = await mergeParts({ earlier: none, parts, idColumn: 'uuid', outputDir: join(dir, 'out') });
  expect(merged.columns).toEqual([
    { name: 'uuid', type: 'string' },
    { name: 'event_time', type: 'timestamp' },
    { name: 'event_properties.price', type: 'integer' },
    { name: 'event_properties.ok', type: 'boolean' },
    { name: 'event_properties.note', type: 'string' },
    { name: 'event_properties.deep.er', type: 'double' },
    { name: 'groups', type: 'string' },
    { name: 'lone', type: 'string' },
    { name: 'event_properties.zero', type: 'string' },
  ]);
  expect(await read(merged.files.map(({ path }) => path))).toMatchObject([
    {
      event_time: new Date('2021-05-27T11:59:53.710Z'),
      'event_properties.note': 'a "quoted", text\r\nover lines',
      'event_properties.deep.er': 1.5,
      groups: '["x",1]',
      lone: '\ufffd half',
    },
    { event_time: null, 'event_properties.price': 3, 'event_properties.zero': 'ab' },
  ]);
});

test('a row is kept once, within what came and among what was there, in the order of their coming', async () => {
  const events = Array.from({ length: 400 }, (_, i) => ({ uuid: `u${i % 300}`, n: i }));
  const parts = await stage('a', events, 2_000);
  expect(parts.length).toBeGreaterThan(2);
  const first = await mergeParts({ earlier: none, parts, idColumn: 'uuid', outputDir: join(dir, 'one') });
  expect([first.rows, first.duplicates]).toEqual([300, 100]);
  const again = await mergeParts({
    earlier: first,
    parts: await stage('b', [...events, { uuid: 'new', n: 1, later: true }]),
    idColumn: 'uuid',
    outputDir: join(dir, 'two'),
  });
  expect([again.rows, again.duplicates, again.added]).toEqual([301, 400, ['later']]);
  const rows = await read(again.files.map(({ path }) => path));
  expect(rows.map(({ n }) => n)).toEqual([...Array.from({ length: 300 }, (_, i) => i), 1]);
});

test('a new kind of value never changes a column: it is kept apart and counted, and its row stays', async () => {
  const parts = await stage('a', [
    { uuid: 'u1', price: 1, name: 'x' },
    { uuid: 'u2', price: 2, name: 'y' },
  ]);
  const first = await mergeParts({ earlier: none, parts, idColumn: 'uuid', outputDir: join(dir, 'one') });
  const second = await mergeParts({
    earlier: first,
    parts: await stage('b', [
      { uuid: 'u2', price: 'free', name: 'y' },
      { uuid: 'u3', price: 'free', name: 'z' },
      { uuid: 'u4', price: 2.5, name: 7, Name: 'w' },
    ]),
    idColumn: 'uuid',
    outputDir: join(dir, 'two'),
  });
  expect(second.columns).toEqual([
    { name: 'uuid', type: 'string' },
    { name: 'price', type: 'double' },
    { name: 'name', type: 'string' },
  ]);
  expect(second.widened).toEqual(['price']);
  expect(second.quarantine?.misfits).toEqual([
    { column: 'Name', kind: 'string', reason: 'differs_by_case', expected: null, values: 1 },
    { column: 'price', kind: 'string', reason: 'changed_type', expected: 'double', values: 1 },
    { column: 'name', kind: 'number', reason: 'changed_type', expected: 'string', values: 1 },
  ]);
  expect(await read([second.quarantine!.path])).toEqual([
    { row_id: 'u4', column: 'Name', kind: 'string', value: 'w' },
    { row_id: 'u3', column: 'price', kind: 'string', value: 'free' },
    { row_id: 'u4', column: 'name', kind: 'number', value: '7' },
  ]);
  expect(await read(second.files.map(({ path }) => path))).toMatchObject([
    { price: 1 },
    { price: 2 },
    { uuid: 'u3', price: null, name: 'z' },
    { uuid: 'u4', price: 2.5, name: null },
  ]);
});

test('a row larger than the engine reads is refused in words', async () => {
  await expect(stage('a', [{ uuid: 'u', text: 'x'.repeat(3 * 1024 * 1024) }])).rejects.toThrow(
    /3\.0 MB of text/,
  );
});

test('rows of hundreds of columns find room, too', async () => {
  const [columns, rows] = [250, 1500];
  const stager = createRowStager(dir);
  for (let row = 0; row < rows; row++)
    await stager.add((sink) => {
      for (let i = 0; i < columns; i++)
        if (i % 3 === 0) sink(`c${i}`, 'string', crypto.randomUUID());
        else sink(`c${i}`, 'number', Math.random());
    });
  const parts = await stager.finish();
  const merged = await mergeParts({ earlier: none, parts, idColumn: null, outputDir: join(dir, 'out') });
  expect([merged.rows, merged.columns.length]).toEqual([rows, columns]);
});
