import { useMutation } from '@tanstack/react-query';
import { send } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';

/** Marks notifications read: those named, or `'all'`. */
export function useMarkRead() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (which: readonly string[] | 'all') =>
      send('POST', '/notifications/read', which === 'all' ? {} : { ids: which }),
    onSuccess: () => refresh('/notifications'),
  });
}
