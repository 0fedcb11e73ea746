import { featureSets, datasets } from '@foretell/backend/db/data';
import { notifications, outbox } from '@foretell/backend/db/work';
import {
  featureSetManifest,
  featureSetSample,
  featureSetSummary,
} from '@foretell/core/contracts/feature-set';
import { featureSetKeys, uploadKey } from '@foretell/core/domain/lake-keys';
import { newId } from '@foretell/core/node/new-id';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, withDuckDb } from '@foretell/spark-jobs/duckdb';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createJobBench, type JobBench } from '../testing/job-bench.ts';
import { createImportHandler } from './import-handler.ts';

let bench: JobBench;
beforeAll(async () => {
  bench = await createJobBench();
});
afterAll(() => bench.close());

const featureSetOf = (dataset: string, n = 1) => featureSetKeys(bench.workspace, dataset, n);

async function rowsOf(dataset: string): Promise<Record<string, unknown>[]> {
  const manifest = await bench.lake.getJson(featureSetOf(dataset).manifest, featureSetManifest);
  const dir = await mkdtemp(join(tmpdir(), 'foretell-read-'));
  try {
    const path = join(dir, 'part.parquet');
    await writeFile(path, bench.lake.objects.get(manifest.files[0]!.key)!);
    return await withDuckDb({ threads: 1, memoryMb: 300, tempDir: dir }, (connection) =>
      query(connection, `SELECT * FROM read_parquet(${stringLiteral(path)})`),
    );
  } finally {
    await rm(dir, { recursive: true });
  }
}

const marks = { utf16le: Buffer.from([0xff, 0xfe]), utf16be: Buffer.from([0xfe, 0xff]) };
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
const words = 'Name,price\nÄpfel – rot,1\ncafé,2\n';

test.each([
  ['UTF-8 with its mark', Buffer.from(`\uFEFF${words}`)],
  ['UTF-16, little end first, with its mark', Buffer.concat([marks.utf16le, Buffer.from(words, 'utf16le')])],
  ['UTF-16, little end first, without', Buffer.from(words, 'utf16le')],
  ['UTF-16, big end first, with its mark', Buffer.concat([marks.utf16be, utf16be(words)])],
  ['UTF-16, big end first, without', utf16be(words)],
  ['Windows-1252', Buffer.from(words.replace('–', '\u0096'), 'latin1')],
])('a CSV in %s is read as what it says', async (_, bytes) => {
  const { dataset, job } = await bench.importFile(bytes, 'csv');
  expect(job.error).toBeNull();
  expect(await rowsOf(dataset)).toEqual([
    { Name: 'Äpfel – rot', price: 1 },
    { Name: 'café', price: 2 },
  ]);
});

test.each([
  ['a tab', 'a\tb\n"x\ty"\t1\n'],
  ['a caret', 'a^b\n"x^y"^1\n'],
  ['the unit separator', 'a\u001fb\n"x\u001fy"\u001f1\n'],
  ['a section sign', 'a§b\n"x§y"§1\n'],
  ['a colon', 'a:b\n"x:y":1\n'],
])('cells parted by %s are found, and it may stand within quotes', async (_, csv) => {
  const { dataset, job } = await bench.importFile(csv, 'csv');
  expect(job.error).toBeNull();
  expect(await rowsOf(dataset)).toEqual([{ a: `x${csv[1]!}y`, b: 1 }]);
});

test.each([
  ['single quotes', "'a','b'\n'x, y',1\n'it''s',2\n", "it's"],
  ['backslashes before quotes', '"a","b"\n"x, y",1\n"say \\"no\\" twice",2\n', 'say "no" twice'],
])('a CSV quoted with %s is read', async (_, csv, second) => {
  const { dataset, job } = await bench.importFile(csv, 'csv');
  expect(job.error).toBeNull();
  expect(await rowsOf(dataset)).toEqual([
    { a: 'x, y', b: 1 },
    { a: second, b: 2 },
  ]);
});

const utc = (iso: string) => new Date(iso);

test('a CSV of any delimiter becomes typed columns: offsets are heard, codes keep their zeros, gaps are null', async () => {
  const csv =
    '\uFEFFid;at;zip;price;ok;note\r\n1;2001-01-01T06:55Z;00123;1.5;true;"a;""b"""\r\n2;2001-01-01 06:55:01 +0530;00124;NA;FALSE;NA\r\n3;2001/01/01 06:55;12;-2e3;;\r\n';
  const { dataset, job } = await bench.importFile(csv, 'csv', 'at');
  expect(job.error).toBeNull();
  expect(await rowsOf(dataset)).toEqual([
    { id: 1, at: utc('2001-01-01T06:55:00Z'), zip: '00123', price: 1.5, ok: true, note: 'a;"b"' },
    { id: 2, at: utc('2001-01-01T01:25:01Z'), zip: '00124', price: null, ok: false, note: 'NA' },
    { id: 3, at: utc('2001-01-01T06:55:00Z'), zip: '12', price: -2000, ok: null, note: null },
  ]);
});

test('JSON lines are flattened, and a time column of epoch milliseconds is a time', async () => {
  const jsonl =
    '{"id":1,"time":1700000000000,"p":{"a":1.5,"b":"x"},"day":"2020-01-01T00:00:00+02:00"}\n{"id":2,"time":1700000001000,"p":{"a":2},"mixed":"s"}\n{"id":2,"time":1700000001000,"mixed":5,"list":[1,2]}\n';
  const { dataset, job } = await bench.importFile(jsonl, 'jsonl', 'time');
  expect(job.error).toBeNull();
  const rows = await rowsOf(dataset);
  expect(rows[0]).toEqual({
    id: 1,
    time: utc('2023-11-14T22:13:20Z'),
    'p.a': 1.5,
    'p.b': 'x',
    day: utc('2019-12-31T22:00:00Z'),
    mixed: null,
    list: null,
  });
  expect(rows[2]).toMatchObject({ mixed: '5', list: '[1,2]' });
});

test('a JSON array of objects is read as JSON lines are', async () => {
  const { dataset, job } = await bench.importFile(
    '[{"date":"2001/01/01 06:55","n":-1},\n{"date":"2001/01/02 07:00","n":2}]',
    'jsonl',
  );
  expect(job.error).toBeNull();
  expect(await rowsOf(dataset)).toEqual([
    { date: utc('2001-01-01T06:55:00Z'), n: -1 },
    { date: utc('2001-01-02T07:00:00Z'), n: 2 },
  ]);
});

test('days and months are told apart by the whole column, not by one cell', async () => {
  const { dataset } = await bench.importFile('d,n\n1/2/2001,1\n13/2/2001,2\n', 'csv');
  expect((await rowsOf(dataset))[0]).toEqual({ d: utc('2001-02-01T00:00:00Z'), n: 1 });
});

test('a type must fit every cell of a long file, not only the first ones', async () => {
  const lines = Array.from(
    { length: 3000 },
    (_, i) => `${i},${i < 2900 ? i : 'late text'},${i < 2500 ? '' : i}`,
  );
  const { dataset } = await bench.importFile(`a,b,c\n${lines.join('\n')}\n`, 'csv');
  const { schema } = await bench.lake.getJson(featureSetOf(dataset).manifest, featureSetManifest);
  expect(schema.columns).toEqual([
    { name: 'a', type: 'integer' },
    { name: 'b', type: 'string' },
    { name: 'c', type: 'integer' },
  ]);
});

const parquetHead = Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(100, 7)]);

const broken: [
  string,
  Buffer | string,
  'csv' | 'jsonl' | 'parquet',
  { code: string; field: string; detail: RegExp },
][] = [
  ['an empty file', '', 'csv', { code: 'empty_file', field: 'file', detail: /empty/ }],
  ['a header without rows', 'a,b\n', 'csv', { code: 'no_rows', field: 'file', detail: /no rows/ }],
  ['one column', 'a\n1\n2\n', 'csv', { code: 'too_few_columns', field: 'columns', detail: /one column/ }],
  [
    'two columns of one name',
    'a,b,a\n1,2,3\n',
    'csv',
    { code: 'duplicate_column', field: 'a', detail: /Two columns are named "a"/ },
  ],
  [
    'names that differ by case',
    'a,b,A\n1,2,3\n',
    'csv',
    { code: 'duplicate_column', field: 'A', detail: /case/ },
  ],
  [
    'a line with too few cells',
    'a,b\n1,2\n3\n4,5\n',
    'csv',
    { code: 'ragged_row', field: 'line 3', detail: /Line 3 .* 1 cells instead of 2/ },
  ],
  [
    'a line with too many cells',
    'a,b\n1,2\n3,4,5\n',
    'csv',
    { code: 'ragged_row', field: 'line 3', detail: /3 cells instead of 2/ },
  ],
  [
    'a quote that is never closed',
    'a,b\n1,"2\n3,4\n',
    'csv',
    { code: 'unterminated_quote', field: 'line 2', detail: /never closed/ },
  ],
  [
    'UTF-8 with one damaged byte',
    Buffer.concat([Buffer.from('a,b\ncaf\u00e9,na\u00efve\nx'), Buffer.from([0xff]), Buffer.from(',1\n')]),
    'csv',
    { code: 'wrong_encoding', field: 'byte 18', detail: /Byte 18 of the file is not UTF-8, though/ },
  ],
  [
    'a byte that is in no encoding',
    Buffer.concat([Buffer.from('a,b\nx,'), Buffer.from([0x8f]), Buffer.from('1\n')]),
    'csv',
    { code: 'wrong_encoding', field: 'byte 6', detail: /Byte 6 of the file is neither/ },
  ],
  [
    'bytes that are no text',
    Buffer.from('a,b\nx,\u0000\u0001\n', 'latin1'),
    'csv',
    { code: 'wrong_encoding', field: 'byte 6', detail: /Byte 6 of the file is a control character/ },
  ],
  [
    'UTF-16 with half a pair',
    Buffer.from('\uFEFFa,b\n1,2\ud800x\n', 'utf16le'),
    'csv',
    { code: 'wrong_encoding', field: 'byte 16', detail: /Byte 16 of the file breaks off a letter of UTF-16/ },
  ],
  [
    'a workbook',
    Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(50)]),
    'csv',
    { code: 'wrong_format', field: 'file', detail: /Excel/ },
  ],
  [
    'gzip',
    Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]),
    'jsonl',
    { code: 'wrong_format', field: 'file', detail: /gzip/ },
  ],
  ['Parquet said to be CSV', parquetHead, 'csv', { code: 'wrong_format', field: 'file', detail: /Parquet/ }],
  [
    'JSON cut off',
    '{"a":1,"b":2}\n{"a":2,"b":\n',
    'jsonl',
    { code: 'malformed_json', field: 'line 3', detail: /cut off/ },
  ],
  [
    'JSON that is no objects',
    '[1,2]\n"x"\n',
    'jsonl',
    { code: 'not_objects', field: 'file', detail: /objects/ },
  ],
  ['a cut-off Parquet', parquetHead, 'parquet', { code: 'truncated', field: 'file', detail: /cut off/ }],
  [
    'a damaged Parquet',
    Buffer.concat([parquetHead, Buffer.from('PAR1')]),
    'parquet',
    { code: 'unreadable_parquet', field: 'file', detail: /damaged/ },
  ],
  ['CSV said to be Parquet', 'a,b\n1,2\n', 'parquet', { code: 'not_parquet', field: 'file', detail: /PAR1/ }],
];

test.each(broken)(
  '%s fails the job in words, and leaves nothing to see',
  async (_, bytes, format, { code, field, detail }) => {
    const { dataset, job } = await bench.importFile(bytes, format);
    expect(job.status).toBe('failed');
    expect(job.error).toMatchObject({ code, field });
    expect(job.error?.detail).toMatch(detail);
    expect(job.error?.detail).not.toMatch(/read_csv|duckdb|\/tmp/i);
    expect([...bench.lake.objects.keys()].filter((key) => key.includes(dataset))).toEqual([]);
    const row = await bench.database.read.findOneByOrFail(datasets, { id: dataset });
    expect(row).toMatchObject({ status: 'failed', latestFeatureSet: null });
  },
);

test('a time column that the file lacks is named', async () => {
  const { job } = await bench.importFile('a,b\n1,2\n', 'csv', 'when');
  expect(job.error).toMatchObject({ code: 'unknown_column', field: 'timeColumn' });
});

test('a file that was never uploaded is told so', async () => {
  const { id: dataset } = await bench.dataset(null);
  const job = await bench.job('dataset.import', dataset);
  const payload = { job, dataset, uploadKey: uploadKey(bench.workspace, newId()), format: 'csv' as const };
  await createImportHandler(bench.importDeps)(bench.message('dataset.import', payload), bench.context);
  const { error } = await bench.finished(job);
  expect(error).toMatchObject({ code: 'not_uploaded', field: 'upload' });
  expect(await bench.database.read.findOneBy(notifications, { source: job })).toMatchObject({
    kind: 'dataset.failed',
    title: '"events" could not be imported',
    body: error?.detail,
  });
});

const events = `who,at,n\n${Array.from({ length: 500 }, (_, i) => `w${i % 7},2024-01-${String((i % 28) + 1).padStart(2, '0')},${i % 13}`).join('\n')}\n`;

test('an import ends with a feature set, its sample and summary, a ready dataset and a notification', async () => {
  const { dataset, job } = await bench.importFile(events, 'csv', 'at');
  expect(job).toMatchObject({ status: 'succeeded', progress: 1, error: null });
  expect(job.figures).toMatchObject({ write: { rows: 500 }, sample: { sampledRows: 500 } });
  const keys = featureSetOf(dataset);
  const summary = await bench.lake.getJson(keys.summary, featureSetSummary);
  expect(summary.columns[2]).toMatchObject({
    name: 'n',
    type: 'integer',
    nulls: 0,
    distinct: 13,
    min: 0,
    max: 12,
  });
  expect(summary.columns[2]?.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(500);
  expect((await bench.lake.getJson(keys.sample, featureSetSample)).size).toBe(500);
  const row = await bench.database.read.findOneByOrFail(datasets, { id: dataset });
  expect(row).toMatchObject({ status: 'ready', latestFeatureSet: 1, rows: 500 });
  expect(await bench.database.read.countBy(notifications, { source: job.id })).toBe(1);
  expect(await bench.database.read.countBy(outbox, { kind: 'manifest' })).toBeGreaterThan(0);
});

test('a notification says thousands as people read them', async () => {
  const rows = Array.from({ length: 1997 }, (_, i) => `${i},w${i}`).join('\n');
  const { job } = await bench.importFile(`n,who\n${rows}\n`, 'csv');
  expect(await bench.database.read.findOneBy(notifications, { source: job.id })).toMatchObject({
    title: '"events" is ready',
    body: '1,997 rows and 2 columns are imported.',
  });
});

test.each(['part-', 'schema.json', 'manifest.json', 'summary.json', 'sample.json'])(
  'a worker that dies before %s is written leaves a job that the next delivery finishes once',
  async (dies) => {
    const { id: dataset } = await bench.dataset('at');
    const key = uploadKey(bench.workspace, newId());
    await bench.lake.putNew(key, events);
    const job = await bench.job('dataset.import', dataset);
    const message = bench.message('dataset.import', { job, dataset, uploadKey: key, format: 'csv' });
    const dying = {
      ...bench.lake,
      putNew: (to: string, body: Uint8Array | string) =>
        to.includes(`/${dies}`) ? Promise.reject(new Error('the process died')) : bench.lake.putNew(to, body),
    };
    const first = bench.importDeps;
    const { createSampleHandler } = await import('../sample/handler.ts');
    const sample = createSampleHandler({ lake: dying, workDir: first.workDir, threads: 1, memoryMb: 500 });
    const attempt = createImportHandler({ ...first, lake: dying, invokeSample: sample });
    await expect(attempt(message, bench.context)).rejects.toThrow('the process died');
    expect(await bench.lake.size(featureSetOf(dataset).sample)).toBeNull();
    expect((await bench.finished(job)).status).toBe('running');

    const again = createImportHandler(first);
    await again(message, bench.context);
    await again(message, bench.context);
    expect((await bench.finished(job)).status).toBe('succeeded');
    const sets = await bench.database.read.findBy(featureSets, { dataset });
    expect(sets.map(({ n, rows }) => [n, rows])).toEqual([[1, 500]]);
    expect(await rowsOf(dataset)).toHaveLength(500);
    expect(await bench.database.read.countBy(notifications, { source: job })).toBe(1);
  },
);
