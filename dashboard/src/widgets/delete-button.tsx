import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { send } from '../api/client.ts';
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
  const queryClient = useQueryClient();
  const path = `${list}/${id}`;
  const remove = useMutation({
    mutationFn: () => send('DELETE', path),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: [list] });
      await navigate(list);
      // Nothing of it is asked for again, nor shown from memory.
      queryClient.removeQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith(path) });
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
