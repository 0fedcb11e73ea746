import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCsvDialect } from './csv-dialect.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'foretell-dialect-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function dialectOf(csv: string) {
  const path = join(dir, 'file.csv');
  await writeFile(path, csv);
  return readCsvDialect(path);
}

test('the sign that parts every line is found among others in the names', async () => {
  const { delimiter, header } = await dialectOf('first name (§)~share %~a/b\nx y~1~2\nz~3~4\n');
  expect([delimiter, header]).toEqual(['~', ['first name (§)', 'share %', 'a/b']]);
});

/** Every sign tried reads all of the head again: all of them took a hundred times as long. */
test('a first line of a thousand signs does not hold up the worker', async () => {
  const signs = String.fromCharCode(...Array.from({ length: 1000 }, (_, i) => 0x2200 + i));
  const line = `${'a'.repeat(1000)}\n`;
  const started = performance.now();
  await dialectOf(`${signs}\n${line.repeat(1000)}`);
  expect(performance.now() - started).toBeLessThan(5000);
});
