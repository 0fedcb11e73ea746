import { Alert, Button, Center, Stack } from '@mantine/core';
import { isRouteErrorResponse, useRouteError } from 'react-router';
import { readableError } from '../api/api-error.ts';

/** A screen that broke, or one that does not exist. */
export function ErrorPage() {
  const error = useRouteError();
  const missing = isRouteErrorResponse(error) && error.status === 404;
  return (
    <Center mih="60dvh" p="md">
      <Alert
        color={missing ? 'gray' : 'red'}
        title={missing ? 'There is no such page' : 'This page broke'}
        maw={560}
      >
        <Stack align="start">
          {missing ? 'The address may be old or mistyped.' : readableError(error)}
          <Button variant="light" component="a" href="/">
            Go to the start
          </Button>
        </Stack>
      </Alert>
    </Center>
  );
}
