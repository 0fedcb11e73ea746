import {
  notificationSettings,
  notificationTopic,
  type NotificationChannels,
  type NotificationTopic,
} from '@foretell/core/contracts/notifications';
import { Box, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { readableError } from '../../api/api-error.ts';
import { sendJson } from '../../api/client.ts';
import { oneQuery } from '../../api/pages.ts';
import { DataTable } from '../../widgets/data-table.tsx';
import { Loaded } from '../../widgets/loaded.tsx';
import { Page } from '../../widgets/page.tsx';
import { Section } from '../../widgets/section.tsx';
import { topicWords } from './topic-words.ts';

const path = '/notification-settings';
const settingsQuery = oneQuery(path, notificationSettings);

type Choose = (topic: NotificationTopic, channels: NotificationChannels) => void;

/** Changes show at once, and go back with a word of why when they could not be kept. */
function useChoose(): Choose {
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (topics: Partial<Record<NotificationTopic, NotificationChannels>>) =>
      sendJson('PATCH', path, { topics }, notificationSettings),
    onMutate: (topics) => {
      queryClient.setQueryData(settingsQuery.queryKey, (known) =>
        known ? { ...known, topics: { ...known.topics, ...topics } } : known,
      );
    },
    onSuccess: (kept) => {
      queryClient.setQueryData(settingsQuery.queryKey, kept);
    },
    onError: (error) => {
      notifications.show({ color: 'red', message: readableError(error) });
      void queryClient.invalidateQueries({ queryKey: settingsQuery.queryKey });
    },
  });
  return (topic, channels) => mutate({ [topic]: channels });
}

function Way({
  topic,
  channels,
  way,
  choose,
}: {
  topic: NotificationTopic;
  channels: NotificationChannels;
  way: keyof NotificationChannels;
  choose: Choose;
}) {
  const words = way === 'email' ? 'by e-mail' : 'in the dashboard';
  return (
    <Switch
      aria-label={`${topicWords[topic].title}, ${words}`}
      checked={channels[way]}
      onChange={({ currentTarget }) => choose(topic, { ...channels, [way]: currentTarget.checked })}
    />
  );
}

export function NotificationSettingsPage() {
  const query = useQuery(settingsQuery);
  const choose = useChoose();
  return (
    <Page
      title="Notification settings"
      crumbs={[{ label: 'Notifications', to: '/notifications' }]}
      description="What you are told of in this workspace, and how. Each member chooses for themselves."
    >
      <Loaded query={query} height={420}>
        {({ email, topics }) => (
          <Section title="What you are told of" hint={`Mails go to ${email}.`}>
            <DataTable
              caption="Notification settings"
              minWidth={280}
              rows={notificationTopic.options}
              rowKey={(topic) => topic}
              columns={[
                {
                  header: 'When',
                  cell: (topic) => (
                    <Box>
                      <Text fw={500}>{topicWords[topic].title}</Text>
                      <Text size="sm" c="dimmed">
                        {topicWords[topic].hint}
                      </Text>
                    </Box>
                  ),
                },
                ...(['dashboard', 'email'] as const).map((way) => ({
                  header: way === 'email' ? 'E-mail' : 'Dashboard',
                  cell: (topic: NotificationTopic) => (
                    <Way topic={topic} channels={topics[topic]} way={way} choose={choose} />
                  ),
                })),
              ]}
            />
          </Section>
        )}
      </Loaded>
    </Page>
  );
}
