import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { send } from '../api/client.ts';
import { useRefresh } from '../api/use-refresh.ts';
import { ConfirmButton } from './confirm-button.tsx';

/** Deletes what a page shows, asking once more, and goes to the list it was in. */
export function DeleteButton({
  name,
  list,
  id,
  text,
}: {
  name: string;
  /** Its path, in the API and in the dashboard. */
  list: '/datasets' | '/models';
  id: string;
  /** What goes with it, and what stays. */
  text: string;
}) {
  const navigate = useNavigate();
  const refresh = useRefresh();
  const remove = useMutation({
    mutationFn: () => send('DELETE', `${list}/${id}`),
    onSuccess: async () => {
      await navigate(list);
      await refresh(list);
    },
  });
  return (
    <ConfirmButton
      title={`Delete “${name}”?`}
      text={text}
      confirmLabel="Delete it"
      action={remove}
      trigger={(open) => (
        <Button variant="subtle" color="red" onClick={open}>
          Delete…
        </Button>
      )}
    />
  );
}
