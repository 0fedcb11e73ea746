import { datasetCreated, type Dataset } from '@foretell/core/contracts/control-api/datasets';
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { readableError } from '../../api/api-error.ts';
import { sendJson } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';

const sources: readonly Dataset['source'][] = ['amplitude', 'warehouse'];

/** Imports now what is new at a dataset's source, if it has one that can be asked again. */
export function ImportAgainButton({ dataset }: { dataset: Dataset }) {
  const navigate = useNavigate();
  const refresh = useRefresh();
  const again = useMutation({
    mutationFn: () => sendJson('POST', `/datasets/${dataset.id}/imports`, {}, datasetCreated),
    onSuccess: async ({ job }) => {
      await refresh('/datasets');
      if (job !== null) void navigate(`/datasets/${dataset.id}?job=${job.id}`);
    },
    onError: (error) => notifications.show({ color: 'red', message: readableError(error) }),
  });
  if (!sources.includes(dataset.source)) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconRefresh size={16} />}
      loading={again.isPending}
      disabled={dataset.status === 'importing'}
      onClick={() => again.mutate()}
    >
      Import now
    </Button>
  );
}
