import { datasetCreated } from '@foretell/core/contracts/control-api/datasets';
import { connectionTested } from '@foretell/core/contracts/sources';
import { useMutation } from '@tanstack/react-query';
import { sendJson } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { overNewConnection } from './over-new-connection.ts';
import { connectionOf, datasetOf, newConnection, type WarehouseValues } from './warehouse-values.ts';

/** Makes a dataset of what a query answers, over a connection that is there or a new one. */
export function useCreateWarehouse() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (values: WarehouseValues) => {
      const create = (id: string) => sendJson('POST', '/datasets', datasetOf(values, id), datasetCreated);
      if (values.connection !== newConnection) return create(values.connection);
      return overNewConnection(connectionOf(values, values.name), create);
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
