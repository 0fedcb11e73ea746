import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item, WriteItems } from './item-writer.ts';
import { createSigner, type SignRequest } from './sign-request.ts';

interface HttpRequest {
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
  body?: unknown;
}
interface HttpResponse {
  statusCode: number;
  body: NodeJS.ReadableStream;
}
interface Handler {
  handle(request: HttpRequest): Promise<{ response: HttpResponse }>;
}

/** What every batch has in common: the request the SDK builds for an empty one, and what signs it. */
interface Prepared {
  request: HttpRequest;
  sign: SignRequest;
}

/**
 * Writes items that are already DynamoDB's JSON, by the SDK's own endpoint, credentials and connections, without its
 * middleware and signer: those marshal, resolve, derive and retry anew for every batch, at several times the CPU of all
 * the rest (ADR 0025). Retrying is the item writer's.
 */
export function createWriteItems(dynamodb: DynamoDBClient, table: string): WriteItems {
  const tableJson = JSON.stringify(table);
  const handler = dynamodb.config.requestHandler as Handler;
  let prepared: Promise<Prepared> | null = null;

  async function post(text: string): Promise<string> {
    prepared ??= prepare(dynamodb);
    const { request, sign } = await prepared.catch((error: unknown) => {
      prepared = null;
      throw error;
    });
    const body = Buffer.from(text);
    const headers = sign(body, await dynamodb.config.credentials(), Date.now());
    const { response } = await handler.handle({ ...request, headers, body });
    const answer = await textOf(response);
    if (response.statusCode !== 200) throw failureOf(response.statusCode, answer);
    return answer;
  }

  return async (items) => unprocessed(await post(bodyOf(tableJson, items)), table);
}

function bodyOf(tableJson: string, items: readonly Item[]): string {
  let puts = '';
  for (const { text } of items) puts += `${puts === '' ? '' : ','}{"PutRequest":{"Item":${text}}}`;
  return `{"RequestItems":{${tableJson}:[${puts}]}}`;
}

/** Lets the SDK build an empty batch, and takes the request from it before it is signed or sent. */
async function prepare(dynamodb: DynamoDBClient): Promise<Prepared> {
  const command = new BatchWriteItemCommand({ RequestItems: {} });
  let request: HttpRequest | undefined;
  command.middlewareStack.add(
    () => (args) => {
      request = args.request as HttpRequest;
      return Promise.resolve({ output: { $metadata: {} }, response: undefined });
    },
    { name: 'takeRequest', step: 'finalizeRequest', priority: 'high' },
  );
  await dynamodb.send(command);
  if (!request) throw new Error('The SDK built no request.');
  const { hostname, port, path, headers } = request;
  const sign = createSigner({
    host: headers['host'] ?? (port === undefined ? hostname : `${hostname}:${port}`),
    path,
    region: await dynamodb.config.region(),
    service: 'dynamodb',
    contentType: headers['content-type'] ?? '',
    operation: headers['x-amz-target'] ?? '',
  });
  return { request, sign };
}

function textOf({ body: stream }: HttpResponse): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => (text += chunk));
    stream.on('end', () => resolve(text));
    stream.on('error', reject);
  });
}

/** An error named as the SDK would name it: by DynamoDB's own type. */
function failureOf(status: number, text: string): Error {
  const type = /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(text)?.[1] ?? 'DynamoDBError';
  return Object.assign(new Error(`DynamoDB answered ${status}: ${text.slice(0, 500)}`), { name: type });
}

const emptyAnswer = '{"UnprocessedItems":{}}';
const nothing: ReadonlySet<string> = new Set();

/** The ids DynamoDB left unwritten. */
function unprocessed(text: string, table: string): ReadonlySet<string> {
  if (text === emptyAnswer) return nothing;
  const { UnprocessedItems = {} } = JSON.parse(text) as {
    UnprocessedItems?: Record<string, { PutRequest: { Item: { id: { S: string } } } }[]>;
  };
  return new Set((UnprocessedItems[table] ?? []).map(({ PutRequest }) => PutRequest.Item.id.S));
}
