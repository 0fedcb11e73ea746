import { expressPath, problemStatuses } from '@foretell/core/contracts/openapi/operation';
import { publicOperations } from '@foretell/core/contracts/openapi/public-operations';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import type { Response } from 'supertest';

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>>;
}

/** Checks answers against the document the server itself gives out: an undocumented status or body fails. */
export function createResponseValidator(document: Document) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormatsModule.default(ajv);
  ajv.addSchema(document, 'api');
  return (operationId: keyof typeof publicOperations, response: Response): void => {
    const { path, method } = publicOperations[operationId];
    const documented = document.paths[path]?.[method]?.responses[response.status];
    if (!documented) throw new Error(`${operationId} answers ${response.status}, which is not documented`);
    const [type = ''] = String(response.headers['content-type']).split(';');
    if (!documented.content?.[type]) throw new Error(`${operationId} answers ${response.status} as ${type}`);
    const pointer = ['paths', path, method, 'responses', String(response.status), 'content', type, 'schema'];
    const schema = pointer.map((part) =>
      encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
    );
    const body: unknown = type === 'text/html' ? response.text : JSON.parse(response.text);
    if (!ajv.validate({ $ref: `api#/${schema.join('/')}` }, body))
      throw new Error(
        `${operationId} ${response.status}: ${ajv.errorsText()} in ${response.text.slice(0, 500)}`,
      );
  };
}

/** Every route with its statuses, for tests that must not forget one. */
export const routeTable = Object.entries(publicOperations).map(([name, operation]) => ({
  name: name as keyof typeof publicOperations,
  operation,
  path: expressPath(operation),
  problems: problemStatuses(operation),
}));
