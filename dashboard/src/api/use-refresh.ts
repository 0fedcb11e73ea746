import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';

/** Reads again everything shown from API paths that begin with one of `prefixes`. */
export function useRefresh(): (...prefixes: string[]) => Promise<void> {
  const queryClient = useQueryClient();
  return useCallback(
    (...prefixes: string[]) =>
      queryClient.invalidateQueries({
        predicate: ({ queryKey }) => prefixes.some((prefix) => String(queryKey[0]).startsWith(prefix)),
      }),
    [queryClient],
  );
}
