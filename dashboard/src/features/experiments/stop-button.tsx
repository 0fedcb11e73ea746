import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { send } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { ConfirmButton } from '../../widgets/confirm-button.tsx';

export function StopButton({ experiment }: { experiment: string }) {
  const refresh = useRefresh();
  const stop = useMutation({
    mutationFn: () => send('POST', `/experiments/${experiment}/stop`),
    onSuccess: () => refresh('/experiments', '/models'),
  });
  return (
    <ConfirmButton
      title="Stop the experiment?"
      text="It ends without a verdict and cannot be taken up again; everyone gets the model’s answer. What was measured stays readable."
      confirmLabel="Stop it"
      action={stop}
      trigger={(open) => (
        <Button variant="default" color="red" onClick={open}>
          Stop
        </Button>
      )}
    />
  );
}
