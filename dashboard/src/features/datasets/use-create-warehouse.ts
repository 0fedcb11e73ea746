import { datasetCreated } from '@foretell/core/contracts/control-api/datasets';
import { connection, connectionTested } from '@foretell/core/contracts/sources';
import { useMutation } from '@tanstack/react-query';
import { send, sendJson } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { connectionOf, datasetOf, newConnection, type WarehouseValues } from './warehouse-values.ts';

/** Makes a dataset of what a query answers, over a connection that is there or a new one. */
export function useCreateWarehouse() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async (values: WarehouseValues) => {
      const create = (id: string) => sendJson('POST', '/datasets', datasetOf(values, id), datasetCreated);
      if (values.connection !== newConnection) return create(values.connection);
      const asked = connectionOf(values, values.name);
      const { id } = await sendJson('POST', '/connections', asked, connection);
      try {
        return await create(id);
      } catch (error) {
        // Nobody would come back to a connection without a dataset; the next attempt makes one anew.
        await send('DELETE', `/connections/${id}`);
        throw error;
      }
    },
    onSuccess: () => Promise.all([refresh('/datasets'), refresh('/connections')]),
  });
}

/** Asks the database who it is, and keeps nothing. */
export function useTryConnection() {
  return useMutation({
    mutationFn: (values: WarehouseValues) =>
      sendJson('POST', '/connections/tests', connectionOf(values, 'a try'), connectionTested),
  });
}
