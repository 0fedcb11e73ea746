import { job } from '@foretell/core/contracts/control-api/jobs';
import { notification } from '@foretell/core/contracts/control-api/notifications';
import { notifications } from '@mantine/notifications';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { callApi } from '../../api/client.ts';
import { readServerEvents, type ServerEvent } from '../../api/server-events.ts';
import { useRefresh } from '../../api/use-refresh.ts';

const reconnectMs = 3_000;

/** What a job's news makes stale. */
const staleAfter: Record<string, string[]> = {
  dataset: ['/datasets'],
  model: ['/models'],
  training: ['/models'],
};

type Refresh = ReturnType<typeof useRefresh>;

function onEvent({ event, data }: ServerEvent, queryClient: QueryClient, refresh: Refresh): void {
  if (event === 'job') {
    const news = job.parse(JSON.parse(data));
    queryClient.setQueryData([`/jobs/${news.id}`], news);
    if (news.finishedAt !== null) void refresh('/jobs', ...(staleAfter[news.subject.kind] ?? []));
  } else if (event === 'notification') {
    const { title, body, kind } = notification.parse(JSON.parse(data));
    notifications.show({ title, message: body, color: kind.includes('failed') ? 'red' : 'teal' });
    void refresh('/notifications', '/experiments');
  }
}

async function listen(signal: AbortSignal, on: (event: ServerEvent) => void): Promise<void> {
  const response = await callApi('GET', '/events', { signal, accept: 'text/event-stream' });
  if (response.body === null) return;
  for await (const event of readServerEvents(response.body)) on(event);
}

/** Keeps what is shown in step with the server's events for as long as the user is signed in. */
export function useLiveEvents(token: string): void {
  const queryClient = useQueryClient();
  const refresh = useRefresh();
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const connect = () => {
      listen(stop.signal, (event) => onEvent(event, queryClient, refresh))
        .catch((error: unknown) => {
          // A lost stream is opened again; job pages also poll, so nothing is missed meanwhile.
          if (!stop.signal.aborted) console.warn('live events were interrupted', error);
        })
        .finally(() => {
          if (!stop.signal.aborted) timer = setTimeout(connect, reconnectMs);
        });
    };
    connect();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [token, queryClient, refresh]);
}
