import { notificationTopic } from '@foretell/core/contracts/notifications';
import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { z } from 'zod';
import { isNotFound, readableError } from '../../api/api-error.ts';
import { sendJson } from '../../api/client.ts';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { WelcomeFrame } from '../sessions/welcome-frame.tsx';
import { topicWords } from './topic-words.ts';

const unsubscribed = z.object({ topic: notificationTopic });

const failureWords = (error: Error) =>
  isNotFound(error)
    ? 'This link is of no mail that was sent lately. Sign in to choose what you are told of.'
    : readableError(error);

/** Where a mail's last link leads: it needs no account, and does nothing before it is asked to. */
export function UnsubscribePage() {
  const { token = '' } = useParams();
  const stop = useMutation({
    mutationFn: () =>
      sendJson('POST', `/unsubscriptions/${encodeURIComponent(token)}`, undefined, unsubscribed),
  });
  return (
    <WelcomeFrame
      title={stop.isSuccess ? 'Done' : 'No more mails like this one?'}
      lead={
        stop.isSuccess
          ? `You get no more mails of this kind: ${topicWords[stop.data.topic].title.toLowerCase()}.`
          : 'The dashboard goes on telling you. Mails of other kinds still come.'
      }
      other={{ question: 'Other mails?', label: 'Choose each kind', to: '/settings/notifications' }}
    >
      <Stack>
        <FormAlert message={stop.error === null ? null : failureWords(stop.error)} />
        {stop.isSuccess ? (
          <Text size="sm">You can close this page.</Text>
        ) : (
          <Button onClick={() => stop.mutate()} loading={stop.isPending}>
            Send no more of them
          </Button>
        )}
      </Stack>
    </WelcomeFrame>
  );
}
