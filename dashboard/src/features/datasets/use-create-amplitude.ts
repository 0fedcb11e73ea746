import { datasetCreated, datasetRequest } from '@foretell/core/contracts/control-api/datasets';
import { connectionRequest } from '@foretell/core/contracts/sources';
import { useMutation } from '@tanstack/react-query';
import { sendJson } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { overNewConnection } from './over-new-connection.ts';

export interface AmplitudeValues {
  name: string;
  region: 'us' | 'eu';
  apiKey: string;
  secretKey: string;
  /** yyyy-mm-dd, in UTC. */
  from: string;
  daily: boolean;
}

/** Makes a connection to an Amplitude project, and a dataset of its events. */
export function useCreateAmplitude() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async ({ name, region, apiKey, secretKey, from, daily }: AmplitudeValues) => {
      const asked = connectionRequest.parse({
        name,
        kind: 'amplitude',
        settings: { region },
        credentials: { apiKey, secretKey },
      });
      const every = daily ? { everyHours: 24 } : {};
      return overNewConnection(asked, (id) => {
        const source = { kind: 'amplitude', connection: id, from: `${from}T00:00:00Z`, ...every };
        return sendJson('POST', '/datasets', datasetRequest.parse({ name, source }), datasetCreated);
      });
    },
    onSuccess: () => refresh('/datasets'),
  });
}
