import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { JsonShapeSerializer2 } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { AwsError } from './aws-error.ts';
import { checkInput } from './check-input.ts';
import { decodeQuery, encodeQuery, encodeQueryError } from './query-protocol.ts';

/** One call of an API, as the stand-in saw it. */
export interface ApiCall {
  readonly at: number;
  /** e.g. `ecs.UpdateService` */
  readonly operation: string;
  readonly input: Record<string, unknown>;
  /** The error's code, or null. */
  readonly error: string | null;
}

export interface Operation {
  readonly service: string;
  readonly schema: StaticOperationSchema;
  readonly handle: (input: never) => object | Promise<object>;
}

/** Puts an operation's handler and the SDK's model of it together. */
export function operation(
  service: string,
  schema: StaticOperationSchema,
  handle: Operation['handle'],
): Operation {
  return { service, schema, handle };
}

export interface AwsApiOptions {
  readonly operations: readonly Operation[];
  /** Services by the prefix of their X-Amz-Target. */
  readonly targets: Readonly<Record<string, string>>;
  /** The one service that speaks the query protocol. */
  readonly queryService: string;
  /** Asked before every call: an error's code turns the call away, as AWS does when it is throttled. */
  readonly turnAway: (operation: string) => AwsError | null;
  readonly onCall: (call: ApiCall) => void;
  /** Calls by path and method (REST), of services that speak no other protocol. */
  readonly restCall: (request: IncomingMessage, body: string) => RestCall | null;
}

export interface RestCall {
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly run: () => object;
}

/**
 * An HTTP server that speaks AWS's JSON and query protocols for the operations it is given. What is a valid request, and
 * how an answer is written, the AWS SDK's own models decide.
 */
export function createAwsApi(options: AwsApiOptions): Server {
  const byName = new Map(options.operations.map((each) => [`${each.service}.${each.schema[2]}`, each]));
  const server = createServer((request, response) => {
    serve(request, response, byName, options).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  return server;
}

type Protocol = 'json' | 'query';

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  byName: ReadonlyMap<string, Operation>,
  options: AwsApiOptions,
): Promise<void> {
  const body = await readBody(request);
  const requestId = randomUUID();
  const rest = options.restCall(request, body);
  if (rest) {
    serveRest(rest, response, requestId, options);
    return;
  }
  const { protocol, service, name, form } = addressOf(request, body, options);
  const full = `${service}.${name}`;
  let input: Record<string, unknown> = {};
  try {
    const found = byName.get(full);
    if (!found) throw new AwsError('UnknownOperationException', `${full} is not stood in for`);
    const [, , , , inputRef, outputRef] = found.schema;
    const inputSchema = NormalizedSchema.of(inputRef);
    input = form ? decodeQuery(inputSchema, form) : (JSON.parse(body || '{}') as Record<string, unknown>);
    checkInput(inputSchema, input);
    const away = options.turnAway(full);
    if (away) throw away;
    const output = await found.handle(input as never);
    options.onCall({ at: Date.now(), operation: full, input, error: null });
    const outputSchema = NormalizedSchema.of(outputRef);
    send(
      response,
      200,
      protocol,
      requestId,
      protocol === 'query'
        ? encodeQuery(name, outputSchema, output, requestId)
        : encodeJson(outputSchema, output),
    );
  } catch (thrown) {
    const error = thrown instanceof AwsError ? thrown : failureOf(thrown);
    options.onCall({ at: Date.now(), operation: full, input, error: error.code });
    const text =
      protocol === 'query'
        ? encodeQueryError(error, requestId)
        : JSON.stringify({ __type: error.code, message: error.message });
    send(response, error.status, protocol, requestId, text);
  }
}

function serveRest(
  call: RestCall,
  response: ServerResponse,
  requestId: string,
  options: AwsApiOptions,
): void {
  const { operation, input } = call;
  try {
    const away = options.turnAway(operation);
    if (away) throw away;
    const output = call.run();
    options.onCall({ at: Date.now(), operation, input, error: null });
    send(response, 200, 'json', requestId, JSON.stringify(output));
  } catch (thrown) {
    const error = thrown instanceof AwsError ? thrown : failureOf(thrown);
    options.onCall({ at: Date.now(), operation, input, error: error.code });
    response.setHeader('x-amzn-errortype', error.code);
    send(response, error.status, 'json', requestId, JSON.stringify({ Message: error.message }));
  }
}

/** A mistake of the stand-in's own: it must not look like an answer of AWS. */
const failureOf = (thrown: unknown) =>
  new AwsError(
    'StandInFailure',
    thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
    400,
  );

function addressOf(request: IncomingMessage, body: string, { targets, queryService }: AwsApiOptions) {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const [prefix = '', name = ''] = target.split('.');
    return { protocol: 'json' as Protocol, service: targets[prefix] ?? prefix, name, form: null };
  }
  const form = new URLSearchParams(body);
  return { protocol: 'query' as Protocol, service: queryService, name: form.get('Action') ?? '', form };
}

function encodeJson(schema: NormalizedSchema, output: object): string {
  const serializer = new JsonShapeSerializer2({
    jsonName: true,
    timestampFormat: { useTrait: true, default: 7 },
  });
  serializer.write(schema, output);
  return new TextDecoder().decode(serializer.flush());
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(
  response: ServerResponse,
  status: number,
  protocol: Protocol,
  requestId: string,
  text: string,
): void {
  const type = protocol === 'query' ? 'text/xml' : 'application/x-amz-json-1.1';
  response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': requestId }).end(text);
}
