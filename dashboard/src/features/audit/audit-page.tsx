import { auditEvent } from '@foretell/core/contracts/control-api';
import { Code, Text } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { NothingYet } from '../../widgets/nothing-yet.tsx';
import { Page } from '../../widgets/page.tsx';
import { PagedTable } from '../../widgets/paged-table.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';

export function AuditPage() {
  return (
    <Page title="Audit" description="Who changed what in this workspace, newest first.">
      <PagedTable
        path="/audit"
        item={auditEvent}
        caption="Audit events"
        rowKey={(one) => one.id}
        minWidth={720}
        columns={[
          { header: 'When', cell: (one) => <TimeAgo at={one.createdAt} /> },
          { header: 'Who', cell: (one) => one.actor },
          { header: 'Did', cell: (one) => <Text size="sm">{one.action}</Text> },
          {
            header: 'To',
            cell: (one) => (
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {one.subject}
              </Text>
            ),
          },
          {
            header: 'Detail',
            cell: (one) =>
              Object.keys(one.detail).length > 0 && (
                <Code style={{ overflowWrap: 'anywhere' }}>{JSON.stringify(one.detail)}</Code>
              ),
          },
        ]}
        empty={
          <NothingYet
            icon={<IconListDetails />}
            title="Nothing yet"
            description="Changes are listed here as they happen."
          />
        }
      />
    </Page>
  );
}
