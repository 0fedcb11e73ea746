import { Divider, NavLink as MantineNavLink, Stack } from '@mantine/core';
import {
  IconActivity,
  IconBrain,
  IconDatabase,
  IconFlask,
  IconHome,
  IconKey,
  IconListDetails,
  IconTargetArrow,
  IconUsers,
} from '@tabler/icons-react';
import { Link, useLocation } from 'react-router';

const places = [
  { label: 'Start', to: '/', icon: IconHome },
  { label: 'Datasets', to: '/datasets', icon: IconDatabase },
  { label: 'Models', to: '/models', icon: IconBrain },
  { label: 'Predictions', to: '/predictions', icon: IconTargetArrow },
  { label: 'Experiments', to: '/experiments', icon: IconFlask },
];
const administration = [
  { label: 'API keys', to: '/api-keys', icon: IconKey },
  { label: 'Activity', to: '/activity', icon: IconActivity },
  { label: 'Members', to: '/members', icon: IconUsers },
  { label: 'Audit', to: '/audit', icon: IconListDetails },
];

const isWithin = (path: string, to: string) =>
  to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`);

function Places({ of, onGo }: { of: typeof places; onGo: () => void }) {
  const { pathname } = useLocation();
  return of.map(({ label, to, icon: Icon }) => {
    const active = isWithin(pathname, to);
    return (
      <MantineNavLink
        key={to}
        component={Link}
        to={to}
        label={label}
        leftSection={<Icon size={18} stroke={1.7} aria-hidden />}
        active={active}
        {...(active ? { 'aria-current': 'page' as const } : {})}
        onClick={onGo}
        style={{ borderRadius: 'var(--mantine-radius-md)' }}
      />
    );
  });
}

export function Navigation({ onGo }: { onGo: () => void }) {
  return (
    <Stack gap={4} component="nav" aria-label="Main">
      <Places of={places} onGo={onGo} />
      <Divider my="xs" />
      <Places of={administration} onGo={onGo} />
    </Stack>
  );
}
