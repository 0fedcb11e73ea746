import { dataset, type Dataset } from '@foretell/core/contracts/control-api/datasets';
import { IconDatabase, IconPlus } from '@tabler/icons-react';
import { formatCount } from '../../format/numbers.ts';
import { ButtonLink } from '../../widgets/button-link.tsx';
import { NothingYet } from '../../widgets/nothing-yet.tsx';
import { Page } from '../../widgets/page.tsx';
import { PagedTable } from '../../widgets/paged-table.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { useRole } from '../sessions/me-query.ts';
import { DatasetStatusBadge } from './dataset-status-badge.tsx';

export const sourceWords: Record<Dataset['source'], string> = {
  upload: 'file',
  stream: 'stream',
  amplitude: 'Amplitude',
  warehouse: 'database',
};

export function DatasetsPage() {
  const { mayEdit } = useRole();
  return (
    <Page
      title="Datasets"
      description="Data you bring: what models learn from, and what experiments measure."
      actions={
        mayEdit && (
          <>
            <ButtonLink to="/connections" variant="default">
              Connections
            </ButtonLink>
            <ButtonLink to="/datasets/new" leftSection={<IconPlus size={16} />}>
              Bring data
            </ButtonLink>
          </>
        )
      }
    >
      <PagedTable
        path="/datasets"
        item={dataset}
        caption="Datasets"
        rowKey={(one) => one.id}
        columns={[
          {
            header: 'Name',
            cell: (one) => (
              <TextLink to={`/datasets/${one.id}`} strong>
                {one.name}
              </TextLink>
            ),
          },
          { header: 'Status', cell: (one) => <DatasetStatusBadge status={one.status} /> },
          { header: 'Source', cell: (one) => sourceWords[one.source] },
          {
            header: 'Rows',
            align: 'right',
            cell: (one) => (one.rows === null ? '–' : formatCount(one.rows)),
          },
          { header: 'Columns', align: 'right', cell: (one) => one.schema?.columns.length ?? '–' },
          { header: 'Changed', cell: (one) => <TimeAgo at={one.updatedAt} /> },
        ]}
        empty={
          <NothingYet
            icon={<IconDatabase />}
            title="Bring your first data"
            description="A CSV, JSON Lines or Parquet file of what happened: orders, sessions, flights. One row an event, with a time and who it is about."
            action={{ label: 'Bring data', to: '/datasets/new' }}
          />
        }
      />
    </Page>
  );
}
