import type { Server } from 'node:http';
import type { ApiDocument } from '@foretell/core/contracts/openapi/api-document';
import type { Operation } from '@foretell/core/contracts/openapi/operation';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import supertest, { type Response } from 'supertest';

export interface CallOptions {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  token?: string | undefined;
}

interface Documented {
  content?: object;
}

const pointer = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');

/** Throws unless a response is as the document says: a status it names, a body its schema takes. */
function createCheck(document: ApiDocument) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'api');
  return ({ path, method, operationId }: Operation, response: Response) => {
    const { status } = response;
    const answers = document.paths?.[path]?.[method]?.responses as Record<string, Documented> | undefined;
    const documented = answers?.[String(status)];
    const saw = `${operationId} answered ${status} ${response.text}`;
    if (!documented) throw new Error(`${saw}, which its document does not name`);
    const [type] = Object.keys(documented.content ?? {});
    if (type === undefined) {
      if (response.text !== '') throw new Error(`${saw}, where its document has no body`);
      return;
    }
    if (response.type !== type) throw new Error(`${saw} as ${response.type} instead of ${type}`);
    const place = ['paths', path, method, 'responses', String(status), 'content', type, 'schema'];
    const ref = `api#/${place.map((part) => encodeURIComponent(pointer(part))).join('/')}`;
    const validate = ajv.getSchema(ref);
    if (!validate) throw new Error(`there is no schema at ${ref}`);
    if (!validate(response.body)) throw new Error(`${saw}: ${ajv.errorsText(validate.errors)}`);
  };
}

/** Calls an API by the ids of its operations; each response is checked against the OpenAPI document. */
export function createApiClient(server: Server, document: ApiDocument, operations: readonly Operation[]) {
  const check = createCheck(document);
  const seen = new Map<string, Set<number>>();

  async function call(operationId: string, options: CallOptions = {}): Promise<Response> {
    const operation = operations.find((one) => one.operationId === operationId);
    if (!operation) throw new Error(`there is no operation ${operationId}`);
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = options.params?.[name];
      if (value === undefined) throw new Error(`${operationId} needs the parameter ${name}`);
      return encodeURIComponent(value);
    });
    const agent = supertest(server);
    const request = agent[operation.method](path).query(options.query ?? {});
    if (options.token !== undefined) request.set('authorization', `Bearer ${options.token}`);
    const response = await (options.body === undefined ? request : request.send(options.body as object));
    check(operation, response);
    seen.set(operationId, (seen.get(operationId) ?? new Set()).add(response.status));
    return response;
  }

  return {
    call,
    /** Operations that were not answered with their success yet. */
    unproved: () =>
      operations
        .filter(
          ({ operationId, success }) => !success.some(({ status }) => seen.get(operationId)?.has(status)),
        )
        .map(({ operationId }) => operationId),
  };
}
