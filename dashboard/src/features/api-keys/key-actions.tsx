import { type apiKey, apiKeyCreated } from '@foretell/core/contracts/control-api/api-keys';
import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { z } from 'zod';
import { send, sendJson } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { ConfirmButton } from '../../widgets/confirm-button.tsx';

const overlapHours = 24;

export function KeyActions({
  apiKey: { id, name },
  onRotated,
}: {
  apiKey: z.output<typeof apiKey>;
  onRotated: (key: string) => void;
}) {
  const refresh = useRefresh();
  const rotate = useMutation({
    mutationFn: () => sendJson('POST', `/api-keys/${id}/rotations`, { overlapHours }, apiKeyCreated),
    onSuccess: async ({ key }) => {
      await refresh('/api-keys');
      onRotated(key);
    },
  });
  const revoke = useMutation({
    mutationFn: () => send('DELETE', `/api-keys/${id}`),
    onSuccess: () => refresh('/api-keys'),
  });
  return (
    <Group gap={4} justify="end" wrap="nowrap">
      <ConfirmButton
        title={`Replace “${name}”?`}
        text={`You get a new key. The old one goes on working for ${overlapHours} hours, so that you can swap them without a gap.`}
        confirmLabel="Replace it"
        action={rotate}
        trigger={(open) => (
          <Button size="compact-sm" variant="subtle" onClick={open}>
            Replace
          </Button>
        )}
      />
      <ConfirmButton
        title={`Revoke “${name}”?`}
        text="Every call with it is refused from now on. This cannot be taken back."
        confirmLabel="Revoke it"
        action={revoke}
        trigger={(open) => (
          <Button size="compact-sm" variant="subtle" color="red" onClick={open}>
            Revoke
          </Button>
        )}
      />
    </Group>
  );
}
