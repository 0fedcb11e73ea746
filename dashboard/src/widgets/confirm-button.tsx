import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { UseMutationResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { readableError } from '../api/api-error.ts';
import { FormAlert } from './form-alert.tsx';

/** Asks once more before something that cannot be taken back. */
export function ConfirmButton({
  title,
  text,
  confirmLabel,
  action,
  trigger,
}: {
  title: string;
  text: string;
  confirmLabel: string;
  action: UseMutationResult<unknown, Error, void>;
  trigger: (open: () => void) => ReactNode;
}) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      {trigger(open)}
      <Modal opened={opened} onClose={close} title={title} centered>
        <Stack>
          <FormAlert message={action.isError ? readableError(action.error) : null} />
          <Text size="sm">{text}</Text>
          <Group justify="end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button
              color="red"
              loading={action.isPending}
              onClick={() => action.mutate(undefined, { onSuccess: close })}
            >
              {confirmLabel}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
