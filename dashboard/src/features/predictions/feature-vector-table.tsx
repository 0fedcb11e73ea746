import type { PredictionRecord } from '@foretell/core/contracts/predictions-table';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { Text } from '@mantine/core';
import { formatScalar } from '../../format/scalar.ts';
import { DataTable } from '../../widgets/data-table.tsx';
import { featureWords } from '../models/recipe-words.ts';

export function FeatureVectorTable({
  prediction,
  recipe,
}: {
  prediction: Pick<PredictionRecord, 'features' | 'missing'>;
  recipe: Recipe | undefined;
}) {
  const missing = new Set(prediction.missing);
  const words = new Map(recipe?.features.map((feature) => [feature.name, featureWords(feature)]));
  return (
    <DataTable
      caption="Feature vector"
      minWidth={320}
      maxHeight={720}
      rows={Object.entries(prediction.features)}
      rowKey={([name]) => name}
      columns={[
        {
          header: 'Feature',
          cell: ([name]) => (
            <>
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {name}
              </Text>
              {words.get(name) !== undefined && words.get(name) !== name && (
                <Text size="xs" c="dimmed">
                  {words.get(name)}
                </Text>
              )}
            </>
          ),
        },
        {
          header: 'Value',
          align: 'right',
          cell: ([name, value]) =>
            value === null || missing.has(name) ? (
              <Text span size="sm" c="var(--foretell-care)" fs="italic">
                missing
              </Text>
            ) : (
              formatScalar(value)
            ),
        },
      ]}
    />
  );
}
