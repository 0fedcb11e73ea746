import type { Connection } from '@foretell/core/contracts/sources';
import { Button, Group, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { send } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { ConfirmButton } from '../../widgets/confirm-button.tsx';
import { ChangeAmplitudeForm } from './change-amplitude-form.tsx';
import { ChangeWarehouseForm } from './change-warehouse-form.tsx';
import type { WarehouseConnection } from './change-values.ts';

const isWarehouseConnection = (connection: Connection): connection is WarehouseConnection =>
  connection.kind !== 'amplitude';

export function ConnectionActions({ connection }: { connection: Connection }) {
  const { id, name } = connection;
  const refresh = useRefresh();
  const [opened, { open, close }] = useDisclosure(false);
  const remove = useMutation({
    mutationFn: () => send('DELETE', `/connections/${id}`),
    onSuccess: () => refresh('/connections'),
  });
  return (
    <Group gap={4} justify="end" wrap="nowrap">
      <Button size="compact-sm" variant="subtle" onClick={open}>
        Change…
      </Button>
      <Modal opened={opened} onClose={close} title={`Change “${name}”`} centered size="lg">
        {isWarehouseConnection(connection) ? (
          <ChangeWarehouseForm connection={connection} onDone={close} />
        ) : (
          <ChangeAmplitudeForm connection={connection} onDone={close} />
        )}
      </Modal>
      <ConfirmButton
        title={`Delete “${name}”?`}
        text="Its credentials leave Secrets Manager; AWS keeps them for 7 more days, in case this was a mistake. While a dataset is imported by it, it cannot be deleted."
        confirmLabel="Delete it"
        action={remove}
        trigger={(ask) => (
          <Button size="compact-sm" variant="subtle" color="red" onClick={ask}>
            Delete…
          </Button>
        )}
      />
    </Group>
  );
}
