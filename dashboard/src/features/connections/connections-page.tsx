import { connection } from '@foretell/core/contracts/sources';
import { IconPlugConnected } from '@tabler/icons-react';
import { NothingYet } from '../../widgets/nothing-yet.tsx';
import { Page } from '../../widgets/page.tsx';
import { PagedTable } from '../../widgets/paged-table.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { useRole } from '../sessions/me-query.ts';
import { ConnectionActions } from './connection-actions.tsx';
import { kindWords, placeOf } from './connection-words.ts';

export function ConnectionsPage() {
  const { mayEdit } = useRole();
  return (
    <Page
      title="Connections"
      crumbs={[{ label: 'Datasets', to: '/datasets' }]}
      description="Where datasets are imported from by themselves. Their credentials are in your account’s Secrets Manager, and shown to nobody."
    >
      <PagedTable
        path="/connections"
        item={connection}
        caption="Connections"
        rowKey={(one) => one.id}
        columns={[
          { header: 'Name', cell: (one) => <b>{one.name}</b> },
          { header: 'Kind', cell: (one) => kindWords[one.kind] },
          { header: 'Where', cell: placeOf },
          { header: 'Made', cell: (one) => <TimeAgo at={one.createdAt} /> },
          { header: '', align: 'right', cell: (one) => mayEdit && <ConnectionActions connection={one} /> },
        ]}
        empty={
          <NothingYet
            icon={<IconPlugConnected />}
            title="No connection yet"
            description="One is made with the first dataset from Amplitude or from a database."
            action={{ label: 'Bring data', to: '/datasets/new' }}
          />
        }
      />
    </Page>
  );
}
