import { datasetCreated, datasetRequest } from '@foretell/core/contracts/control-api/datasets';
import { useMutation } from '@tanstack/react-query';
import { sendJson } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';

/** Makes a dataset that receives rows by API. */
export function useCreateStream() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (name: string) =>
      sendJson(
        'POST',
        '/datasets',
        datasetRequest.parse({ name, source: { kind: 'stream' } }),
        datasetCreated,
      ),
    onSuccess: () => refresh('/datasets'),
  });
}
