import { type Role } from '@foretell/core/contracts/control-api/accounts';
import { member, team } from '@foretell/core/contracts/control-api/members';
import { Button, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { readableError } from '../../api/api-error.ts';
import { send } from '../../api/client.ts';
import { listQuery } from '../../api/pages.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { ConfirmButton } from '../../widgets/confirm-button.tsx';
import { DataTable } from '../../widgets/data-table.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { Loaded } from '../../widgets/loaded.tsx';
import { Page } from '../../widgets/page.tsx';
import { Section } from '../../widgets/section.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { meQuery, useRole } from '../sessions/me-query.ts';
import { InvitationsSection } from './invitations-section.tsx';
import { InviteForm } from './invite-form.tsx';
import { roleChoices } from './role-words.ts';
import { TeamsSection } from './teams-section.tsx';

type Member = z.output<typeof member>;

export function MembersPage() {
  const members = useQuery(listQuery('/members', member));
  const teams = useQuery(listQuery('/teams', team));
  const { isOwner } = useRole();
  return (
    <Page title="Members" description="Who may look, change and administer in this workspace.">
      <Stack>
        <Section title="People">
          <Loaded query={members}>
            {(all) => <MembersTable members={all} teams={teams.data ?? []} isOwner={isOwner} />}
          </Loaded>
        </Section>
        {isOwner && <InviteForm />}
        {isOwner && <InvitationsSection />}
        <Loaded query={teams}>
          {(all) => <TeamsSection teams={all} members={members.data ?? []} isOwner={isOwner} />}
        </Loaded>
      </Stack>
    </Page>
  );
}

function MembersTable({
  members,
  teams,
  isOwner,
}: {
  members: readonly Member[];
  teams: readonly z.output<typeof team>[];
  isOwner: boolean;
}) {
  const { data: me } = useQuery(meQuery());
  const refresh = useRefresh();
  const change = useMutation({
    mutationFn: ({ id, role }: { id: string; role: Role }) => send('PATCH', `/members/${id}`, { role }),
    onSuccess: () => refresh('/members'),
  });
  const teamNames = (ids: readonly string[]) =>
    ids.map((id) => teams.find((one) => one.id === id)?.name ?? id).join(', ');
  return (
    <Stack>
      <FormAlert message={change.isError ? readableError(change.error) : null} />
      <DataTable
        caption="Members"
        rows={members}
        rowKey={({ user }) => user.id}
        columns={[
          { header: 'E-mail', cell: ({ user }) => <b>{user.email}</b> },
          {
            header: 'Role',
            cell: ({ user, role }) =>
              isOwner && user.id !== me?.user.id ? (
                <Select
                  aria-label={`Role of ${user.email}`}
                  size="xs"
                  w={230}
                  data={roleChoices}
                  value={role}
                  allowDeselect={false}
                  onChange={(next) => {
                    if (next !== null) change.mutate({ id: user.id, role: next });
                  }}
                />
              ) : (
                <Text size="sm">{role}</Text>
              ),
          },
          { header: 'Teams', cell: (one) => teamNames(one.teams) },
          { header: 'Since', cell: ({ user }) => <TimeAgo at={user.createdAt} /> },
          {
            header: '',
            align: 'right',
            cell: ({ user }) => isOwner && user.id !== me?.user.id && <RemoveButton member={user} />,
          },
        ]}
      />
    </Stack>
  );
}

function RemoveButton({ member: { id, email } }: { member: Member['user'] }) {
  const refresh = useRefresh();
  const remove = useMutation({
    mutationFn: () => send('DELETE', `/members/${id}`),
    onSuccess: () => refresh('/members'),
  });
  return (
    <ConfirmButton
      title={`Remove ${email}?`}
      text="They lose access to this workspace at once."
      confirmLabel="Remove"
      action={remove}
      trigger={(open) => (
        <Button size="compact-sm" variant="subtle" color="red" onClick={open}>
          Remove
        </Button>
      )}
    />
  );
}
