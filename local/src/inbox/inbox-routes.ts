import { Router } from 'express';
import { z } from 'zod';
import { renderInbox, renderMail } from './render-inbox.ts';

/** What ministack remembers of a mail that SES was given. */
const sentMail = z.object({
  MessageId: z.string(),
  Source: z.string(),
  To: z.array(z.string()),
  Subject: z.string(),
  BodyText: z.string(),
  BodyHtml: z.string().nullable(),
  /** Seconds since 1970. */
  Timestamp: z.number(),
});
export type SentMail = z.output<typeof sentMail>;
/** By AWS account. */
const sentMessages = z.object({ messages: z.record(z.string(), z.array(sentMail)) });

async function readMails(awsEndpoint: string): Promise<SentMail[]> {
  const response = await fetch(new URL('/_ministack/ses/messages', awsEndpoint));
  if (!response.ok) throw new Error(`ministack answered ${response.status} when asked for the sent mails`);
  const { messages } = sentMessages.parse(await response.json());
  return Object.values(messages).flat().toReversed();
}

/** The mails that SES was given, newest first, for a person's browser: `/inbox`, and each at `/inbox/<id>`. */
export function createInboxRoutes(awsEndpoint: string): Router {
  const router = Router();
  router.get('/inbox', async (_, response) => {
    response.type('html').send(renderInbox(await readMails(awsEndpoint)));
  });
  router.get('/inbox/:id', async (request, response) => {
    const mail = (await readMails(awsEndpoint)).find(({ MessageId }) => MessageId === request.params.id);
    if (mail) response.type('html').send(renderMail(mail));
    else
      response.status(404).type('text').send('There is no such mail: ministack forgets them when it stops.');
  });
  return router;
}
