import { type member, team } from '@foretell/core/contracts/control-api/members';
import { Button, Group, MultiSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { readableError } from '../../api/api-error.ts';
import { send, sendJson } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { ConfirmButton } from '../../widgets/confirm-button.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { Section } from '../../widgets/section.tsx';

type Team = z.output<typeof team>;
type Member = z.output<typeof member>;

export function TeamsSection({
  teams,
  members,
  isOwner,
}: {
  teams: readonly Team[];
  members: readonly Member[];
  isOwner: boolean;
}) {
  return (
    <Section title="Teams">
      <Stack>
        {teams.length === 0 && (
          <Text size="sm" c="dimmed">
            No teams yet.
          </Text>
        )}
        {teams.map((one) => (
          <TeamRow key={one.id} team={one} members={members} isOwner={isOwner} />
        ))}
        {isOwner && <NewTeam />}
      </Stack>
    </Section>
  );
}

function TeamRow({
  team: { id, name, members: inTeam },
  members,
  isOwner,
}: {
  team: Team;
  members: readonly Member[];
  isOwner: boolean;
}) {
  const refresh = useRefresh();
  const change = useMutation({
    mutationFn: async (wanted: readonly string[]) => {
      for (const user of wanted) {
        if (!inTeam.includes(user)) await send('PUT', `/teams/${id}/members/${user}`);
      }
      for (const user of inTeam) {
        if (!wanted.includes(user)) await send('DELETE', `/teams/${id}/members/${user}`);
      }
    },
    onSettled: () => refresh('/teams', '/members'),
  });
  const remove = useMutation({
    mutationFn: () => send('DELETE', `/teams/${id}`),
    onSuccess: () => refresh('/teams', '/members'),
  });
  return (
    <Group align="end" gap="sm">
      <MultiSelect
        label={name}
        style={{ flex: '1 1 260px' }}
        data={members.map(({ user }) => ({ value: user.id, label: user.email }))}
        value={inTeam}
        onChange={(wanted) => change.mutate(wanted)}
        disabled={!isOwner || change.isPending}
        error={change.isError && readableError(change.error)}
        placeholder={inTeam.length === 0 ? 'nobody yet' : ''}
      />
      {isOwner && (
        <ConfirmButton
          title={`Remove the team “${name}”?`}
          text="Its members stay in the workspace."
          confirmLabel="Remove"
          action={remove}
          trigger={(open) => (
            <Button variant="subtle" color="red" onClick={open}>
              Remove
            </Button>
          )}
        />
      )}
    </Group>
  );
}

function NewTeam() {
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
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') create.mutate();
      }}
    >
      <Stack gap="xs">
        <FormAlert message={create.isError ? readableError(create.error) : null} />
        <Group align="end">
          <TextInput label="New team" value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <Button type="submit" variant="default" loading={create.isPending}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
