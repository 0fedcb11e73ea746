import { Alert, Button, Skeleton, Stack } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { isNotFound, readableError } from '../api/api-error.ts';

interface Loadable<T> {
  data: T | undefined;
  error: Error | null;
  refetch: UseQueryResult['refetch'];
}

/** What a query brings, its waiting shape until then, or why it cannot be had. */
export function Loaded<T>({
  query,
  height = 120,
  children,
}: {
  query: Loadable<T>;
  height?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error !== null) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Skeleton height={height} aria-label="Loading" />;
}

function Failure({ error, retry }: { error: Error; retry: () => void }) {
  const gone = isNotFound(error);
  return (
    <Alert
      color={gone ? 'gray' : 'red'}
      icon={<IconAlertTriangle />}
      title={gone ? 'Not found' : 'This could not be loaded'}
    >
      <Stack align="start" gap="xs">
        {gone ? 'It does not exist, or it belongs to another workspace.' : readableError(error)}
        {!gone && (
          <Button size="xs" variant="light" color="red" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
