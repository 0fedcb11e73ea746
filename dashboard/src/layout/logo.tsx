import { Group, Text, ThemeIcon } from '@mantine/core';
import { IconTrendingUp } from '@tabler/icons-react';

export function Logo() {
  return (
    <Group gap={8} wrap="nowrap">
      <ThemeIcon size={30} radius="md">
        <IconTrendingUp size={20} stroke={2.4} aria-hidden />
      </ThemeIcon>
      <Text fw={700} size="lg" span>
        Foretell
      </Text>
    </Group>
  );
}
