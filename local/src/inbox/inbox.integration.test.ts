import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import express from 'express';
import supertest from 'supertest';
import { mailFrom } from '../mail-identity.ts';
import { clientConfig } from '../resources.ts';
import { startAwsWithResources } from '../testing/aws-resources.ts';
import { createInboxRoutes } from './inbox-routes.ts';

let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
let endpoint: string;
let ses: SESv2Client;
beforeAll(async () => {
  aws = await startAwsWithResources();
  endpoint = aws.environment.AWS_ENDPOINT_URL ?? '';
  ses = new SESv2Client(clientConfig(endpoint));
});
afterAll(async () => {
  ses.destroy();
  await aws.stop();
});

const send = (subject: string, html: string) =>
  ses.send(
    new SendEmailCommand({
      FromEmailAddress: mailFrom,
      Destination: { ToAddresses: ['ann@example.com'] },
      Content: {
        Simple: {
          Subject: { Data: subject },
          Body: { Text: { Data: `${subject}\n\nThe first words.` }, Html: { Data: html } },
        },
      },
    }),
  );

test('a mail can be read as its recipient would see it, the newest first', async () => {
  const inbox = supertest(express().use(createInboxRoutes(endpoint)));
  expect((await inbox.get('/inbox').expect(200)).text).toContain('No mail yet');
  await send('earlier', '<p>x</p>');
  await send(
    '<b>later</b>',
    '<html><head></head><body><a href="http://127.0.0.1:4000/x">"Open"</a></body></html>',
  );
  const list = (await inbox.get('/inbox').expect(200)).text;
  expect(list.indexOf('&lt;b&gt;later&lt;/b&gt;')).toBeLessThan(list.indexOf('<b>earlier</b>'));
  expect(list).toContain('The first words.');
  expect(list).toContain('to ann@example.com');
  const path = /href="(\/inbox\/[^"]+)"/.exec(list)?.[1] ?? '';
  const one = (await inbox.get(path).expect(200)).text;
  expect(one).toContain('Foretell &lt;notifications@foretell.example&gt;');
  // Its links open in a tab of their own; its markup can do nothing to this page.
  expect(one).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
  expect(one).toContain('&lt;base target=&quot;_blank&quot;&gt;');
  expect(one).not.toContain('<a href="http://127.0.0.1:4000/x">');
});

test('a mail that ministack has forgotten is said to be', async () => {
  const inbox = supertest(express().use(createInboxRoutes(endpoint)));
  expect((await inbox.get('/inbox/of-nothing').expect(404)).text).toContain('forgets');
});
