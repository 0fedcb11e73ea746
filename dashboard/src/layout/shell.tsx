import { AppShell, Burger, Group, Loader, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Suspense } from 'react';
import { Link, Navigate, Outlet, ScrollRestoration, useLocation } from 'react-router';
import { useLiveEvents } from '../features/notifications/use-live-events.ts';
import { NotificationBell } from '../features/notifications/notification-bell.tsx';
import { meQuery } from '../features/sessions/me-query.ts';
import { useToken } from '../features/sessions/use-token.ts';
import { ColorSchemeToggle } from './color-scheme-toggle.tsx';
import { Logo } from './logo.tsx';
import { Navigation } from './navigation.tsx';
import { UserMenu } from './user-menu.tsx';

/** Everything behind the door; without a token it leads to the sign-in. */
export function Shell() {
  const token = useToken();
  const { pathname, search } = useLocation();
  if (token === null) {
    const next = pathname === '/' ? '' : `?next=${encodeURIComponent(pathname + search)}`;
    return <Navigate to={`/sign-in${next}`} replace />;
  }
  return <SignedIn key={token} token={token} />;
}

function SignedIn({ token }: { token: string }) {
  const [opened, { toggle, close }] = useDisclosure(false);
  const { data: me } = useQuery(meQuery());
  useLiveEvents(token);
  return (
    <AppShell
      header={{ height: 60 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', md: 'xl' }}
    >
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group wrap="nowrap" style={{ minWidth: 0 }}>
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={opened ? 'Close the menu' : 'Open the menu'}
            />
            <Link to="/" style={{ color: 'inherit', textDecoration: 'none' }} aria-label="Foretell: start">
              <Logo />
            </Link>
            <Text c="dimmed" truncate visibleFrom="xs">
              {me?.workspace.name}
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <NotificationBell />
            <ColorSchemeToggle />
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm">
        <Navigation onGo={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content">
        <Suspense fallback={<Loader aria-label="Loading" />}>
          <Outlet />
        </Suspense>
      </AppShell.Main>
      <ScrollRestoration />
    </AppShell>
  );
}
