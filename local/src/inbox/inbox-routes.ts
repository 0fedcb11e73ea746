import { Router } from 'express';
import { renderInbox, renderMail } from './render-inbox.ts';
import { readMails } from './sent-mails.ts';

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
