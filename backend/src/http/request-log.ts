import { newId } from '@foretell/core/node/new-id';
import type { Logger } from '@foretell/core/node/logger';
import { hideTokens } from '@foretell/core/node/secret-token';
import type { RequestHandler } from 'express';

const acceptableId = /^[\w.-]{1,64}$/;

/** Gives each request an id (the caller's own, if it is sane) and one log line, without query, body, headers or tokens. */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id');
    const requestId = given !== undefined && acceptableId.test(given) ? given : newId();
    const { method } = request;
    const path = hideTokens(request.path);
    const startedAt = performance.now();
    response.locals['requestId'] = requestId;
    response.set('x-request-id', requestId);
    response.on('close', () => {
      const ms = Math.round((performance.now() - startedAt) * 10) / 10;
      logger.info({ requestId, method, path, status: response.statusCode, ms }, 'request');
    });
    next();
  };
}
