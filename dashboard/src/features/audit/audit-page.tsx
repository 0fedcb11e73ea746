import { auditEvent } from '@foretell/core/contracts/control-api/audit';
import { member } from '@foretell/core/contracts/control-api/members';
import { Text } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { listQuery } from '../../api/pages.ts';
import { NothingYet } from '../../widgets/nothing-yet.tsx';
import { Page } from '../../widgets/page.tsx';
import { PagedTable } from '../../widgets/paged-table.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { detailWords } from './detail-words.ts';
import { subjectOf } from './subject-link.ts';

export function AuditPage() {
  const { data: members = [] } = useQuery(listQuery('/members', member));
  const actorName = (id: string) => members.find(({ user }) => user.id === id)?.user.email ?? id;
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
          { header: 'Who', cell: (one) => actorName(one.actor) },
          { header: 'Did', cell: (one) => <Text size="sm">{one.action}</Text> },
          { header: 'To', cell: (one) => <Subject of={one.subject} /> },
          {
            header: 'Detail',
            cell: (one) => (
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {detailWords(one.detail)}
              </Text>
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

function Subject({ of }: { of: string }) {
  const { words, to } = subjectOf(of);
  return (
    <span style={{ whiteSpace: 'nowrap' }}>{to === null ? words : <TextLink to={to}>{words}</TextLink>}</span>
  );
}
