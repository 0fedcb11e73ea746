import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createSigner, type Credentials } from './sign-request.ts';

const target = {
  host: 'dynamodb.eu-west-1.amazonaws.com',
  path: '/',
  region: 'eu-west-1',
  service: 'dynamodb',
  contentType: 'application/x-amz-json-1.0',
  operation: 'DynamoDB_20120810.BatchWriteItem',
};
interface Signer {
  sign(request: object, options: { signingDate: Date }): Promise<{ headers: Record<string, string> }>;
}

/** The SDK's own signature of the same request. */
async function bySdk(body: string, credentials: Credentials, nowMs: number): Promise<Record<string, string>> {
  const client = new DynamoDBClient({ region: target.region, credentials: { ...credentials } as never });
  const signer = (await client.config.signer({
    name: 'sigv4',
    signingName: target.service,
    signingRegion: target.region,
    properties: {},
  })) as Signer;
  const headers = {
    host: target.host,
    'content-type': target.contentType,
    'x-amz-target': target.operation,
  };
  const request = { method: 'POST', protocol: 'https:', hostname: target.host, path: '/', headers, body };
  return (await signer.sign(request, { signingDate: new Date(nowMs) })).headers;
}

const sign = createSigner(target);
const day = Date.UTC(2026, 0, 1);
const first = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const temporary = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'other secret', sessionToken: 'a/b+c==' };

test.each([
  ['a body beyond ASCII', '{"a":"zoë ✈ 🛫"}', first, day],
  ['an empty body', '', first, day],
  ['temporary credentials', '{}', temporary, day],
  ['the next day, with another key', '{}', first, day + 86_400_000],
  ['rotated credentials on the same day', '{}', { ...first, secretAccessKey: 'rotated' }, day + 86_400_000],
])('%s is signed as the SDK signs it', async (_title, body, credentials, nowMs) => {
  const headers = sign(Buffer.from(body), credentials, nowMs);
  const expected = await bySdk(body, credentials, nowMs);
  expect(headers['x-amz-date']).toBe(expected['x-amz-date']);
  expect(headers['authorization']).toBe(expected['authorization']);
});
