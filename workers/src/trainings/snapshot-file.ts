import type { ModelInput, OnlineFeaturesManifest } from '@foretell/core/contracts/model-version';
import type { Scalar } from '@foretell/core/contracts/primitives';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { createInputEncoder } from '@foretell/core/domain/encode-input';
import {
  encodeOnlineFeatures,
  type OnlineFeatureFile,
  type OnlineFeatureRow,
} from '@foretell/core/node/online-feature-file';
import type { DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import { readParquet } from '@foretell/spark-jobs/dialect';

type OnlineColumn = OnlineFeaturesManifest['columns'][number];

/** A column of each history feature. */
export function onlineColumns(recipe: Recipe, inputs: readonly ModelInput[]): OnlineColumn[] {
  return recipe.features.flatMap((feature, index): OnlineColumn[] => {
    if (feature.kind !== 'history') return [];
    const { name } = feature;
    const categories = inputs[index]?.categories;
    return [categories ? { name, type: 'category', categories } : { name, type: 'number' }];
  });
}

/** The snapshot's Parquet (entity, then a cell a column) as the file that the prediction API reads. */
export const encodeSnapshot = (
  connection: DuckDBConnection,
  paths: readonly string[],
  columns: readonly OnlineColumn[],
): Promise<OnlineFeatureFile> =>
  encodeOnlineFeatures(columns.length, readRows(connection, readParquet(paths), columns));

async function* readRows(
  connection: DuckDBConnection,
  from: string,
  columns: readonly OnlineColumn[],
): AsyncGenerator<OnlineFeatureRow> {
  const encoders = columns.map((column) => createInputEncoder(column));
  const result = await connection.stream(`SELECT * FROM ${from}`);
  for await (const chunk of result)
    for (const [entity, ...cells] of chunk.getRows())
      yield {
        entity: String(entity),
        values: Float64Array.from(encoders, (encode, i) => encode(cells[i] as Scalar) ?? NaN),
      };
}
