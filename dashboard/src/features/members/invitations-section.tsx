import { invitation } from '@foretell/core/contracts/control-api/members';
import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { send } from '../../api/client.ts';
import { listQuery } from '../../api/pages.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { formatTime } from '../../format/times.ts';
import { ConfirmButton } from '../../widgets/confirm-button.tsx';
import { DataTable } from '../../widgets/data-table.tsx';
import { Section } from '../../widgets/section.tsx';

/** Invitations nobody has taken up yet; nothing while there are none. */
export function InvitationsSection() {
  const { data: open = [] } = useQuery(listQuery('/invitations', invitation));
  if (open.length === 0) return null;
  return (
    <Section title="Open invitations">
      <DataTable
        caption="Open invitations"
        minWidth={480}
        rows={open}
        rowKey={({ id }) => id}
        columns={[
          { header: 'E-mail', cell: ({ email }) => email },
          { header: 'Role', cell: ({ role }) => role },
          { header: 'Good until', cell: ({ expiresAt }) => formatTime(expiresAt) },
          { header: '', align: 'right', cell: (one) => <WithdrawButton {...one} /> },
        ]}
      />
    </Section>
  );
}

function WithdrawButton({ id, email }: { id: string; email: string }) {
  const refresh = useRefresh();
  const withdraw = useMutation({
    mutationFn: () => send('DELETE', `/invitations/${id}`),
    onSuccess: () => refresh('/invitations'),
  });
  return (
    <ConfirmButton
      title={`Withdraw the invitation of ${email}?`}
      text="Its link stops working."
      confirmLabel="Withdraw"
      action={withdraw}
      trigger={(open) => (
        <Button size="compact-sm" variant="subtle" color="red" onClick={open}>
          Withdraw
        </Button>
      )}
    />
  );
}
