import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duckDbDialect } from '../src/dialect.ts';
import { runEmbedded } from '../src/embedded-runner.ts';
import { readRows, withReader } from './compare.ts';
import { compileConditions, conditions, wronglyAnswered } from './conditions.ts';
import { eventsIn } from './events-in.ts';

/** Spark's side of it is in spark-parity.integration.test.ts. */
test('every operator lets pass the rows that looking at each of them finds', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'foretell-conditions-'));
  try {
    const shape = { seed: 5, rows: 600, people: 15, days: 150, awkward: 0.25 };
    const { events, source } = await eventsIn(join(dir, 'rows'), shape);
    const manifest = await runEmbedded(compileConditions(source, duckDbDialect), {
      outputDir: dir,
      duckDb: { threads: 1, memoryMb: 1024, tempDir: join(dir, 'spill') },
      signal: new AbortController().signal,
    });
    const rows = await withReader(dir, (connection) => readRows(connection, dir, manifest));
    expect(rows).toHaveLength(events.length);
    expect(wronglyAnswered(rows, events)).toEqual([]);
    const passing = conditions.map((_, i) => rows.filter((row) => row[`k${i}`]).length);
    expect(passing.filter((n) => n > 0).length).toBeGreaterThan(conditions.length * 0.9);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
