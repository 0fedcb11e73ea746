import type { Database } from '@foretell/backend/db/database';
import { addRemoval, type RemovalRow } from '@foretell/backend/db/removals';
import type { ServingManifest } from '@foretell/core/contracts/serving-manifest';
import { servingManifestKey } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { newId } from '@foretell/core/node/new-id';

type Named = Partial<Pick<ServingManifest, 'models' | 'datasets'>>;

/** What the backend publishes; with `named`, of these. */
export async function publishManifest(lake: Lake, named: Named = {}): Promise<void> {
  const empty: ServingManifest = {
    version: 1,
    generation: 1,
    publishedAt: new Date().toISOString(),
    models: [],
    datasets: [],
    apiKeys: [],
  };
  const known = await lake.size(servingManifestKey);
  const etag = known === null ? null : (await lake.get(servingManifestKey)).etag;
  if (!(await lake.replace(servingManifestKey, JSON.stringify({ ...empty, ...named }), etag)))
    throw new Error('somebody else publishes the manifest');
}

/** A dataset or model whose rows the backend has just deleted. */
export async function removed(
  database: Database,
  kind: RemovalRow['kind'],
  besides: Partial<RemovalRow['besides']> = {},
): Promise<{ id: string; workspace: string }> {
  const [id, workspace] = [newId(), newId()];
  await database.write((tx) => addRemoval(tx, { id, workspace, kind, besides }));
  return { id, workspace };
}
