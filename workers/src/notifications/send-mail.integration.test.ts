import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { composeMail } from './compose-mail.ts';
import { createSendMail } from './send-mail.ts';

const from = 'Foretell <notifications@foretell.example>';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const mail = composeMail({
  to: 'ann@example.com',
  kind: 'dataset.ready',
  title: '<b>orders</b> is ready',
  body: '1,000 rows.',
  link: '/datasets/1',
  workspaceName: 'Shop',
  dashboardUrl: 'http://127.0.0.1:4000',
  token: 'fu_token',
});
const clientOf = (endpoint: string) =>
  new SESv2Client({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });

let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
let endpoint: string;
beforeAll(async () => {
  aws = await startAwsWithResources();
  endpoint = aws.environment.AWS_ENDPOINT_URL ?? '';
});
afterAll(() => aws.stop());

test('SES takes a mail from the domain that it verified, and from no other', async () => {
  const ses = clientOf(endpoint);
  expect(await createSendMail(ses, from)(mail)).toMatch(/./);
  const response = await fetch(`${endpoint}/_ministack/ses/messages`);
  expect(await response.text()).toContain('http://127.0.0.1:4000/datasets/1');
  const stranger = createSendMail(ses, 'Foretell <notifications@elsewhere.example>');
  const refused = { code: 'invalid', message: expect.stringContaining('not verified') };
  await expect(stranger(mail)).rejects.toMatchObject(refused);
  ses.destroy();
});

/** SES's endpoint, answering one error, and what it was sent. */
async function withSes(
  status: number,
  name: string,
  act: (endpoint: string, bodies: unknown[]) => Promise<void>,
) {
  const bodies: unknown[] = [];
  const server: Server = createServer((request, response) => {
    void (async () => {
      const chunks = await request.toArray();
      bodies.push(JSON.parse(Buffer.concat(chunks as Buffer[]).toString()));
      response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name });
      response.end(JSON.stringify({ message: `${name}!` }));
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await act(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test.each([
  [400, 'MessageRejected', 'invalid'],
  [400, 'BadRequestException', 'invalid'],
  [429, 'TooManyRequestsException', 'unavailable'],
  [400, 'MailFromDomainNotVerifiedException', 'unavailable'],
  [400, 'SendingPausedException', 'unavailable'],
  [404, 'NotFoundException', 'unavailable'],
  [500, 'InternalServiceErrorException', 'unavailable'],
])('a %s of SES, %s, makes the mail %s, asked once', async (status, name, code) => {
  await withSes(status, name, async (endpoint, bodies) => {
    const ses = clientOf(endpoint);
    const sending = createSendMail(ses, from)(mail);
    await expect(sending).rejects.toMatchObject({ code, message: expect.stringContaining(name) });
    expect(bodies).toHaveLength(1);
    ses.destroy();
  });
});

test('SES is given one recipient, both forms, and the headers to unsubscribe by', async () => {
  await withSes(200, '', async (endpoint, bodies) => {
    const ses = clientOf(endpoint);
    await createSendMail(ses, from)(mail);
    expect(bodies).toEqual([
      {
        FromEmailAddress: from,
        Destination: { ToAddresses: ['ann@example.com'] },
        Content: {
          Simple: {
            Subject: { Data: mail.subject, Charset: 'UTF-8' },
            Body: {
              Text: { Data: mail.text, Charset: 'UTF-8' },
              Html: { Data: mail.html, Charset: 'UTF-8' },
            },
            Headers: mail.headers,
          },
        },
      },
    ]);
    ses.destroy();
  });
});

test('a mail is tried again when nobody answers', async () => {
  const ses = clientOf('http://127.0.0.1:9');
  await expect(createSendMail(ses, from)(mail)).rejects.toMatchObject({ code: 'unavailable' });
  ses.destroy();
});
