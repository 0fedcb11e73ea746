import { sessionResponse, type workspace } from '@foretell/core/contracts/control-api/accounts';
import { ActionIcon, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBellCog, IconLogout, IconSwitchHorizontal, IconUser } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import type { z } from 'zod';
import { readableError } from '../api/api-error.ts';
import { send, sendJson } from '../api/client.ts';
import { session } from '../api/session.ts';
import { meQuery } from '../features/sessions/me-query.ts';

type Workspace = z.output<typeof workspace>;

export function UserMenu() {
  const { data: me } = useQuery(meQuery());
  const queryClient = useQueryClient();
  const signOut = async () => {
    // The token is forgotten here whether or not the server can be told.
    await send('DELETE', '/sessions/current').catch(() => undefined);
    session.end();
    queryClient.clear();
  };
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label="Account">
          <IconUser size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {me !== undefined && (
          <Menu.Label>
            <Text size="sm" truncate>
              {me.user.email}
            </Text>
            <Text size="xs">
              {me.workspace.role} of {me.workspace.name}
            </Text>
          </Menu.Label>
        )}
        <OtherWorkspaces of={me?.workspaces.filter(({ id }) => id !== me.workspace.id) ?? []} />
        <Menu.Item leftSection={<IconBellCog size={16} />} component={Link} to="/settings/notifications">
          Notification settings
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function OtherWorkspaces({ of }: { of: readonly Workspace[] }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (id: string) => sendJson('POST', `/workspaces/${id}/sessions`, undefined, sessionResponse),
    onSuccess: ({ token }) => {
      queryClient.clear();
      session.start(token);
      void navigate('/');
    },
    onError: (error) => {
      notifications.show({ color: 'red', message: readableError(error) });
    },
  });
  return of.map(({ id, name }) => (
    <Menu.Item key={id} leftSection={<IconSwitchHorizontal size={16} />} onClick={() => change.mutate(id)}>
      {name}
    </Menu.Item>
  ));
}
