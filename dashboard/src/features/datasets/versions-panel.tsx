import type { Dataset } from '@foretell/core/contracts/control-api/datasets';
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatBytes, formatCount } from '../../format/numbers.ts';
import { DataTable } from '../../widgets/data-table.tsx';
import { Loaded } from '../../widgets/loaded.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { Section } from '../../widgets/section.tsx';
import { useRole } from '../sessions/me-query.ts';
import { featureSetsQuery } from './dataset-queries.ts';
import { UploadForm } from './upload-form.tsx';

export function VersionsPanel({ dataset }: { dataset: Dataset }) {
  const { mayEdit } = useRole();
  const query = useQuery(featureSetsQuery(dataset.id));
  return (
    <Stack>
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
      {dataset.source === 'upload' && mayEdit && (
        <Section
          title="A new version"
          hint="From another file with the same columns. Models go on using the version they were built from."
        >
          <UploadForm dataset={dataset.id} />
        </Section>
      )}
    </Stack>
  );
}
