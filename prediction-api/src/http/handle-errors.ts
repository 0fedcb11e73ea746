import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DomainError } from '@foretell/core/domain/errors';
import type { Logger } from '@foretell/core/node/logger';
import { problemContentType, toProblem } from '@foretell/core/node/problem';
import type { RequestHandler } from 'express';
import { dropBody } from './read-body.ts';
import { sendJson } from './send-json.ts';

/** Answers every error as problem+json. A bug is logged with the id its answer carries. */
export function createAnswerError(logger: Logger) {
  return async (error: unknown, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomUUID();
    const known = error instanceof DomainError;
    if (!known) logger.error({ err: error, requestId, path: request.url?.split('?')[0] }, 'a request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const problem = toProblem(error, requestId);
    if (known && error.retryAfterSeconds !== undefined)
      response.setHeader('retry-after', Math.max(1, Math.ceil(error.retryAfterSeconds)));
    await dropBody(request);
    sendJson(response, problem.status, JSON.stringify(problem), [], problemContentType);
  };
}

export const noSuchRoute: RequestHandler = (request) => {
  throw new DomainError('not_found', `There is no ${request.method} ${request.path}.`);
};
