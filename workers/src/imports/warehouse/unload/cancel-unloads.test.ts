import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { insertRows, updateRows } from '@foretell/backend/db/rows';
import { connections, datasetSources } from '@foretell/backend/db/sources';
import { jobs, type JobRow } from '@foretell/backend/db/work';
import { warehouseQuery } from '@foretell/core/contracts/sources';
import { newId } from '@foretell/core/node/new-id';
import { startEndlessRedshift, type EndlessRedshift } from '@foretell/local/testing/endless-redshift';
import { createJobBench, type JobBench } from '../../../testing/job-bench.ts';
import { createImportHandler } from '../../import-handler.ts';

let bench: JobBench;
let redshift: EndlessRedshift;
let client: RedshiftDataClient;
beforeAll(async () => {
  bench = await createJobBench();
  redshift = await startEndlessRedshift();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new RedshiftDataClient({ region: 'us-east-1', endpoint: redshift.endpoint, credentials });
});
afterAll(async () => {
  client.destroy();
  await redshift.stop();
  await bench.close();
});

/** An import from Redshift, and its message as any worker handles it: each stays with it for a moment alone. */
async function startImport() {
  const { id: dataset } = await bench.dataset(null);
  const { workspace } = bench;
  const [connection, createdAt] = [newId(), new Date().toISOString()];
  await bench.database.write(async (tx) => {
    await insertRows(tx, connections, {
      id: connection,
      workspace,
      name: 'shop',
      kind: 'redshift',
      settings: {
        workgroup: 'foretell-shop',
        database: 'shop',
        unloadRole: 'arn:aws:iam::000000000000:role/unload',
      },
      secretRef: 'a secret',
      createdAt,
    });
    const settings = warehouseQuery.parse({ query: 'SELECT * FROM orders' });
    const source = { dataset, workspace, connection, settings, everyHours: null, nextAt: null };
    await insertRows(tx, datasetSources, source);
  });
  const job = await bench.job('dataset.import', dataset);
  const message = bench.message('dataset.import', { job, dataset, until: createdAt });
  const sources = { ...bench.importDeps.sources, redshift: client, sliceMs: 0 };
  const handle = createImportHandler({ ...bench.importDeps, sources });
  return { job, dataset, deliver: () => handle(message, bench.context) };
}
const change = (id: string, changed: Partial<JobRow>) =>
  bench.database.write((tx) => updateRows(tx, jobs, { id }, changed));
const cancelled = () => {
  const at = new Date().toISOString();
  return { status: 'cancelled', updatedAt: at, finishedAt: at } as const;
};
const statuses = (job: string) =>
  redshift
    .statements()
    .filter(({ name }) => name?.includes(job))
    .map(({ status }) => status);

test('a job cancelled while no worker holds it has its statement ended by who comes next, however often somebody comes', async () => {
  const [one, other] = [await startImport(), await startImport()];
  for (const { deliver } of [one, one, other]) await deliver();
  expect(bench.handedOn).toHaveLength(3);
  expect([statuses(one.job), statuses(other.job)]).toEqual([['STARTED'], ['SUBMITTED']]);
  await change(one.job, cancelled());
  for (let times = 0; times < 2; times++) await one.deliver();
  await redshift.statements().at(-1)?.done;
  expect(statuses(one.job)).toEqual(['ABORTED']);
  expect(statuses(other.job)).toEqual(['STARTED']);
  await change(other.job, cancelled());
  await bench.database.write((tx) => tx.delete(datasetSources, { dataset: other.dataset }));
  await other.deliver();
  await redshift.statements()[0]?.done;
  expect(statuses(other.job)).toEqual(['ABORTED']);
});

test('a job that is tried again before anybody came leaves one statement, its own', async () => {
  const { job, deliver } = await startImport();
  await deliver();
  const [first] = redshift.statements();
  await change(job, { attempt: 2 });
  await deliver();
  await first?.done;
  expect(statuses(job)).toEqual(['STARTED', 'ABORTED']);
  await deliver();
  expect(statuses(job)).toEqual(['STARTED', 'ABORTED']);
});
