import { job as jobSchema, type Job } from '@foretell/core/contracts/control-api/jobs';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { sendJson } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { ConfirmButton } from '../../widgets/confirm-button.tsx';
import { useRole } from '../sessions/me-query.ts';
import { isOver } from './job-query.ts';

function useJobAction(id: string, action: 'cancellations' | 'retries') {
  const refresh = useRefresh();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => sendJson('POST', `/jobs/${id}/${action}`, undefined, jobSchema),
    onSuccess: async (changed) => {
      queryClient.setQueryData([`/jobs/${id}`], changed);
      await refresh('/jobs', '/datasets', '/models');
    },
  });
}

/** Cancel while it waits or runs, retry once it failed or was cancelled; nothing for who only looks. */
export function JobActions({ job }: { job: Job }) {
  const { mayEdit } = useRole();
  if (!mayEdit || job.status === 'succeeded') return null;
  return isOver(job) ? <RetryButton id={job.id} /> : <CancelButton id={job.id} />;
}

function CancelButton({ id }: { id: string }) {
  return (
    <ConfirmButton
      title="Cancel the job?"
      text="It stops within seconds, and nothing of what it did is kept. You can start it again later."
      confirmLabel="Stop it"
      action={useJobAction(id, 'cancellations')}
      trigger={(open) => (
        <Button size="compact-sm" variant="default" onClick={open}>
          Cancel
        </Button>
      )}
    />
  );
}

function RetryButton({ id }: { id: string }) {
  const retry = useJobAction(id, 'retries');
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={retry.isPending}
      onClick={() => retry.mutate()}
      {...(retry.isError ? { color: 'red', title: retry.error.message } : {})}
    >
      Retry
    </Button>
  );
}
