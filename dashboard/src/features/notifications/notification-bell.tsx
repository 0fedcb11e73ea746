import { notification } from '@foretell/core/contracts/control-api/notifications';
import { ActionIcon, Box, Button, Group, Indicator, Popover, ScrollArea, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBell } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { firstPageQuery } from '../../api/pages.ts';
import { TextLink } from '../../widgets/text-link.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { useMarkRead } from './use-mark-read.ts';

const shown = 30;

export function NotificationBell() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const { data: news = [] } = useQuery({
    ...firstPageQuery('/notifications', notification, { limit: shown }),
    refetchInterval: 60_000,
  });
  const unread = news.filter((one) => one.readAt === null).length;
  const markRead = useMarkRead();
  const label = unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`;
  return (
    <Popover opened={opened} onChange={toggle} width={340} position="bottom-end" trapFocus>
      <Popover.Target>
        <Indicator disabled={unread === 0} label={unread} size={16} color="red">
          <ActionIcon variant="default" size="lg" aria-label={label} onClick={toggle}>
            <IconBell size={18} />
          </ActionIcon>
        </Indicator>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <Group justify="space-between" p="sm">
          <Text fw={600}>Notifications</Text>
          <Button
            size="compact-xs"
            variant="subtle"
            disabled={unread === 0}
            onClick={() => markRead.mutate('all')}
          >
            Mark all read
          </Button>
        </Group>
        <ScrollArea.Autosize mah={420}>
          <Stack gap={0} pb="xs">
            {news.length === 0 && (
              <Text size="sm" c="dimmed" p="sm">
                You will be told here when an import, a training or an experiment is done.
              </Text>
            )}
            {news.map((one) => (
              <Item
                key={one.id}
                one={one}
                onGo={() => {
                  close();
                  if (one.readAt === null) markRead.mutate([one.id]);
                }}
              />
            ))}
          </Stack>
        </ScrollArea.Autosize>
        <Group
          justify="space-between"
          p="sm"
          style={{ borderTop: '1px solid var(--mantine-color-default-border)' }}
          onClick={close}
        >
          <Text size="sm">
            <TextLink to="/notifications">All notifications</TextLink>
          </Text>
          <Text size="sm">
            <TextLink to="/settings/notifications">Settings</TextLink>
          </Text>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}

function Item({ one, onGo }: { one: z.output<typeof notification>; onGo: () => void }) {
  return (
    <Box
      px="sm"
      py={8}
      style={{ borderTop: '1px solid var(--mantine-color-default-border)' }}
      opacity={one.readAt === null ? 1 : 0.7}
      onClick={one.link === null ? undefined : onGo}
    >
      <Text size="sm" fw={one.readAt === null ? 600 : 400}>
        {one.link === null ? one.title : <TextLink to={one.link}>{one.title}</TextLink>}
      </Text>
      <Text size="xs" c="dimmed">
        {one.body}
      </Text>
      <TimeAgo at={one.createdAt} />
    </Box>
  );
}
