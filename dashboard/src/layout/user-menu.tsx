import { ActionIcon, Menu, Text } from '@mantine/core';
import { IconLogout, IconUser } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { send } from '../api/client.ts';
import { session } from '../api/session.ts';
import { meQuery } from '../features/sessions/me-query.ts';

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
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
