import { insertRows } from '@foretell/backend/db/rows';
import { connections, datasetSources } from '@foretell/backend/db/sources';
import { newId } from '@foretell/core/node/new-id';
import type { JobBench } from './job-bench.ts';

/** A dataset of the bench whose source is a stand-in of Amplitude, since 2021-05-27 00:00 in UTC; its id. */
export async function connectAmplitude(bench: JobBench, url: string, credentials: object): Promise<string> {
  const { workspace } = bench;
  const dataset = await bench.dataset('event_time');
  const [connection, secretRef, createdAt] = [newId(), newId(), new Date().toISOString()];
  bench.secrets.set(secretRef, JSON.stringify(credentials));
  await bench.database.write(async (tx) => {
    await insertRows(tx, connections, {
      id: connection,
      workspace,
      name: 'amplitude',
      kind: 'amplitude',
      secretRef,
      settings: { url },
      createdAt,
    });
    await insertRows(tx, datasetSources, {
      dataset: dataset.id,
      workspace,
      connection,
      settings: { from: '2021-05-27T00:00:00Z' },
      everyHours: null,
      nextAt: null,
    });
  });
  return dataset.id;
}
