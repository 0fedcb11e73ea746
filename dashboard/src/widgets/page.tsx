import { Anchor, Box, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';

export interface Crumb {
  label: string;
  to: string;
}

/** The frame of every screen: where one is, its title, what it is for, what can be done. */
export function Page({
  title,
  crumbs = [],
  description,
  badge,
  actions,
  children,
}: {
  title: string;
  crumbs?: readonly Crumb[];
  description?: ReactNode;
  badge?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Foretell`;
  }, [title]);
  return (
    <Stack gap="lg" maw={1240} mx="auto" pb="xl">
      <Group justify="space-between" align="end" gap="md">
        <Box style={{ minWidth: 0, flex: '1 1 320px' }}>
          {crumbs.length > 0 && (
            <Breadcrumbs mb={6} separatorMargin={6}>
              {crumbs.map(({ label, to }) => (
                <Anchor key={to} component={Link} to={to} size="sm">
                  {label}
                </Anchor>
              ))}
            </Breadcrumbs>
          )}
          <Group gap="sm">
            <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {badge}
          </Group>
          {description !== undefined && (
            <Text c="dimmed" component="div" mt={4}>
              {description}
            </Text>
          )}
        </Box>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
