import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { modelVersions } from '@foretell/backend/db/models';
import { updateRows } from '@foretell/backend/db/rows';
import { jobs, type JobRow } from '@foretell/backend/db/work';
import type { RecipeQuestion } from '@foretell/core/contracts/control-api/models';
import { customerEvents } from '../testing/customer-events.ts';
import { createJobBench, type JobBench } from '../testing/job-bench.ts';

let bench: JobBench;
beforeAll(async () => {
  bench = await createJobBench();
});
afterAll(() => bench.close());

/** Trainers that this very process has started. */
function trainers(): string[] {
  const lines = execFileSync('ps', ['-o', 'args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  return lines.split('\n').filter((line) => line.includes('train.py'));
}

async function jobWhen(condition: (row: JobRow) => boolean): Promise<JobRow> {
  for (;;) {
    const row = await bench.database.read.findOneBy(jobs, { type: 'training.run' });
    if (row && condition(row)) return row;
    await delay(20);
  }
}

test('cancelling a training kills its trainer within seconds, and nothing of it is to be seen', async () => {
  const { dataset } = await bench.importFile(customerEvents(250, 150), 'csv', 'at');
  const question: RecipeQuestion = {
    dataset,
    entity: 'customer',
    time: 'at',
    label: { column: 'returned' },
    knownAfterDays: {},
    exclude: [],
  };
  const recipe = await bench.propose(question);
  const slow = { parameters: { rounds: 2000, learningRate: 0.001, leaves: 31, minRowsInLeaf: 1 } };
  const training = bench.train(recipe, slow);
  const { id } = await jobWhen(({ step, figures }) => step === 'train' && figures['train'] !== undefined);
  expect(trainers()).toHaveLength(1);
  const finishedAt = new Date().toISOString();
  const cancelled = { status: 'cancelled' as const, finishedAt, updatedAt: finishedAt };
  await bench.database.write((tx) => updateRows(tx, jobs, { id }, cancelled));
  const cancelledAt = Date.now();
  const { model, job } = await training;
  expect(Date.now() - cancelledAt).toBeLessThan(30_000);
  expect(trainers()).toEqual([]);
  expect(job).toMatchObject({ status: 'cancelled', error: null });
  expect(await bench.database.read.countBy(modelVersions, { model })).toBe(0);
  expect([...bench.lake.objects.keys()].filter((key) => key.includes('/versions/'))).toEqual([]);
}, 120_000);
