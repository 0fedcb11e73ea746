import { Anchor, Box, Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';
import { Logo } from '../../layout/logo.tsx';

/** The frame of the screens before the door. */
export function WelcomeFrame({
  title,
  lead,
  other,
  children,
}: {
  title: string;
  lead: string;
  other: { question: string; label: string; to: string };
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Foretell`;
  }, [title]);
  return (
    <Center mih="100dvh" p="md" component="main">
      <Stack w="100%" maw={420} gap="lg">
        <Group justify="center">
          <Logo />
        </Group>
        <Paper withBorder p="xl" shadow="sm">
          <Title order={1} size="h3">
            {title}
          </Title>
          <Text c="dimmed" size="sm" mb="md">
            {lead}
          </Text>
          {children}
        </Paper>
        <Box ta="center">
          <Text size="sm" span>
            {other.question}{' '}
          </Text>
          <Anchor size="sm" component={Link} to={other.to}>
            {other.label}
          </Anchor>
        </Box>
      </Stack>
    </Center>
  );
}
