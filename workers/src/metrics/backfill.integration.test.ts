import type { AcceptedRecord, Message } from '@foretell/core/contracts/messages';
import { newId } from '@foretell/core/node/new-id';
import { startLocalAws, type TestAws } from '@foretell/local/testing/local-aws';
import { recordsKey } from '@foretell/core/domain/lake-keys';
import { uploadFile } from '@foretell/core/node/lake-files';
import { writeRecords } from '../records/write-records.ts';
import type { SendMessage } from '../runtime/send-message.ts';
import { startTestDatabase, type TestDatabase } from '../testing/database.ts';
import {
  createExperimentBench,
  hour,
  iso,
  message,
  startedAt,
  testContext,
  type ExperimentBench,
} from '../testing/experiment-bench.ts';
import { createTestWarehouse } from '../testing/warehouse.ts';
import type { StagedLoadDeps } from '../warehouse/staged-load.ts';
import { createBackfillHandler } from './backfill-handler.ts';
import { createMetricEventsHandler } from './metric-events-handler.ts';

let aws: TestAws;
let control: TestDatabase;
let deps: StagedLoadDeps;
let bench: ExperimentBench;
beforeAll(async () => {
  [aws, control] = await Promise.all([startLocalAws(), startTestDatabase()]);
  Object.assign(process.env, aws.environment);
  deps = createTestWarehouse(aws.resources.bucket);
  bench = createExperimentBench(deps, control, aws.resources.tables);
});
afterAll(() => Promise.all([aws.stop(), control.stop()]));

test('what came in the two weeks before an experiment is loaded when it starts, once', async () => {
  const row = await bench.createExperiment(() => [{ name: 'spent', kind: 'sum', valueColumn: 'spent' }], {});
  const dataset = row.metrics[0]!.dataset;
  const cameDaysBefore = [0, 1, 13, 14, 15, 17];
  for (const days of cameDaysBefore) {
    const at = iso(startedAt - days * 24 * hour);
    const record: AcceptedRecord = {
      recordId: `r${days}`,
      timestamp: at,
      values: { flight: 'f', spent: days },
    };
    const key = recordsKey(row.workspace, dataset, at.slice(0, 10), newId());
    const columns = [
      { name: 'flight', type: 'string' as const },
      { name: 'spent', type: 'integer' as const },
    ];
    await uploadFile(deps.lake, key, await writeRecords(control.dir, [record], columns));
  }
  const { database, dir: workDir } = control;
  const loadEvents = createMetricEventsHandler({ ...deps, database, workDir });
  const send: SendMessage = (type, workspace, payload) =>
    loadEvents(message(type, workspace, payload) as unknown as Message<'metric-events.load'>, testContext);
  const backfill = createBackfillHandler({ database, lake: deps.lake, send });
  const asked = message('metric-events.backfill', row.workspace, { experiment: row.id });
  await backfill(asked, testContext);
  await backfill(asked, testContext);
  const events = await deps.warehouse.query(
    'SELECT record_id, value FROM metric_events WHERE dataset = :dataset AND event = :event ORDER BY value',
    { dataset, event: 'value:spent' },
  );
  expect(events.map(({ value }) => value)).toEqual([0, 1, 13, 14, 15]);
  const stranger = message('metric-events.backfill', newId(), { experiment: row.id });
  await expect(backfill(stranger, testContext)).rejects.toMatchObject({ code: 'invalid' });
});
