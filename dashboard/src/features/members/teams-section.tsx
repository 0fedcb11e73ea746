import { team } from '@foretell/core/contracts/control-api';
import { Badge, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { readableError } from '../../api/api-error.ts';
import { sendJson } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { Section } from '../../widgets/section.tsx';

export function TeamsSection({
  teams,
  isOwner,
}: {
  teams: readonly z.output<typeof team>[];
  isOwner: boolean;
}) {
  const refresh = useRefresh();
  const [name, setName] = useState('');
  const create = useMutation({
    mutationFn: () => sendJson('POST', '/teams', { name: name.trim() }, team),
    onSuccess: async () => {
      setName('');
      await refresh('/teams');
    },
  });
  return (
    <Section title="Teams">
      <Stack>
        <FormAlert message={create.isError ? readableError(create.error) : null} />
        {teams.length === 0 ? (
          <Text size="sm" c="dimmed">
            No teams yet.
          </Text>
        ) : (
          <Group gap="xs">
            {teams.map((one) => (
              <Badge key={one.id} variant="light" tt="none" size="lg">
                {one.name}
              </Badge>
            ))}
          </Group>
        )}
        {isOwner && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim() !== '') create.mutate();
            }}
          >
            <Group align="end">
              <TextInput
                label="New team"
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <Button type="submit" variant="default" loading={create.isPending}>
                Add
              </Button>
            </Group>
          </form>
        )}
      </Stack>
    </Section>
  );
}
