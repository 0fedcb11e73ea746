import { notification } from '@foretell/core/contracts/control-api/notifications';
import { Badge, Box, Button, Text } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import type { z } from 'zod';
import { ButtonLink } from '../../widgets/button-link.tsx';
import { NothingYet } from '../../widgets/nothing-yet.tsx';
import { Page } from '../../widgets/page.tsx';
import { PagedTable } from '../../widgets/paged-table.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { useMarkRead } from './use-mark-read.ts';

function News({ of, onGo }: { of: z.output<typeof notification>; onGo: () => void }) {
  return (
    <Box maw={760}>
      <Text fw={of.readAt === null ? 600 : 400}>
        {of.link === null ? (
          of.title
        ) : (
          <TextLink to={of.link} onGo={onGo}>
            {of.title}
          </TextLink>
        )}
      </Text>
      <Text size="sm" c="dimmed" style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
        {of.body}
      </Text>
    </Box>
  );
}

export function NotificationsPage() {
  const markRead = useMarkRead();
  return (
    <Page
      title="Notifications"
      description="What happened in this workspace, newest first."
      actions={
        <>
          <Button variant="default" loading={markRead.isPending} onClick={() => markRead.mutate('all')}>
            Mark all read
          </Button>
          <ButtonLink to="/settings/notifications" variant="default">
            Settings
          </ButtonLink>
        </>
      }
    >
      <PagedTable
        path="/notifications"
        item={notification}
        caption="Notifications"
        rowKey={({ id }) => id}
        minWidth={480}
        columns={[
          {
            header: 'News',
            cell: (one) => (
              <News
                of={one}
                onGo={() => {
                  if (one.readAt === null) markRead.mutate([one.id]);
                }}
              />
            ),
          },
          {
            header: '',
            cell: (one) =>
              one.readAt === null && (
                <Badge variant="light" tt="none" miw="max-content">
                  new
                </Badge>
              ),
          },
          { header: 'When', align: 'right', cell: (one) => <TimeAgo at={one.createdAt} /> },
        ]}
        empty={
          <NothingYet
            icon={<IconBell />}
            title="Nothing yet"
            description="You will be told here when an import, a training or an experiment is done, or has failed."
            action={{ label: 'Bring data', to: '/datasets/new' }}
          />
        }
      />
    </Page>
  );
}
