import type { Dataset } from '@foretell/core/contracts/control-api';
import { useQuery } from '@tanstack/react-query';
import { formatBytes, formatCount } from '../../format/numbers.ts';
import { DataTable } from '../../widgets/data-table.tsx';
import { Loaded } from '../../widgets/loaded.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { featureSetsQuery } from './dataset-queries.ts';

export function VersionsPanel({ dataset }: { dataset: Dataset }) {
  const query = useQuery(featureSetsQuery(dataset.id));
  return (
    <Loaded query={query}>
      {(versions) => (
        <DataTable
          caption="Feature set versions"
          minWidth={420}
          rows={versions}
          rowKey={({ n }) => n}
          columns={[
            { header: 'Version', cell: ({ n }) => n },
            { header: 'Rows', align: 'right', cell: ({ rows }) => formatCount(rows) },
            { header: 'Columns', align: 'right', cell: ({ columns }) => columns },
            { header: 'Size', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
            { header: 'Made', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
          ]}
        />
      )}
    </Loaded>
  );
}
