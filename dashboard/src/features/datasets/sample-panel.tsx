import type { Dataset } from '@foretell/core/contracts/control-api/datasets';
import { useQuery } from '@tanstack/react-query';
import { Loaded } from '../../widgets/loaded.tsx';
import { sampleQuery } from './dataset-queries.ts';
import { SampleTable } from './sample-table.tsx';

export function SamplePanel({ dataset }: { dataset: Dataset }) {
  const query = useQuery(sampleQuery(dataset.id));
  return (
    <Loaded query={query} height={400}>
      {(sample) => (
        <SampleTable
          sample={sample}
          columns={dataset.schema?.columns.map(({ name }) => name) ?? Object.keys(sample.rows[0] ?? {})}
        />
      )}
    </Loaded>
  );
}
