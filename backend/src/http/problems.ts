import { DomainError } from '@foretell/core/domain/errors';
import type { Logger } from '@foretell/core/node/logger';
import { problemContentType, toProblem } from '@foretell/core/node/problem';
import type { ErrorRequestHandler, RequestHandler } from 'express';

/** What Express's router and file server throw when a path cannot be read, or leads to no file. */
function asPathError(error: Error): unknown {
  if (!('status' in error) || typeof error.status !== 'number' || error.status >= 500) return error;
  return error.status === 400
    ? new DomainError('invalid', `The request cannot be read: ${error.message}`, { cause: error })
    : new DomainError('not_found', 'There is nothing at this path.', { cause: error });
}

function ofBody(kind: 'invalid' | 'too_large', code: string, detail: string, cause: Error): DomainError {
  return new DomainError(kind, detail, { cause, problems: [{ field: 'body', code, detail }] });
}

/** What Express's body parser throws, in the domain's words. */
function asDomainError(error: unknown): unknown {
  if (error instanceof DomainError || !(error instanceof Error)) return error;
  switch ('type' in error ? error.type : undefined) {
    case 'entity.too.large':
      return ofBody('too_large', 'too_large', 'The body is larger than 1 MB.', error);
    case 'entity.parse.failed':
      return ofBody('invalid', 'not_json', `The body is not JSON: ${error.message}`, error);
    case 'charset.unsupported':
    case 'encoding.unsupported':
    case 'request.size.invalid':
    case 'request.aborted':
      return ofBody('invalid', 'unreadable', `The body cannot be read: ${error.message}`, error);
    default:
      return asPathError(error);
  }
}

/** The one place where an error becomes an answer. What is not expected is a bug: logged, and told nothing of. */
export function answerProblems(logger: Logger): ErrorRequestHandler {
  return (thrown, _request, response, next) => {
    const error = asDomainError(thrown);
    const requestId = String(response.locals['requestId']);
    if (response.headersSent) {
      logger.error({ err: error, requestId }, 'failed after the answer had begun');
      next(error);
      return;
    }
    const problem = toProblem(error, requestId);
    if (problem.status === 500) logger.error({ err: error, requestId }, 'a fault of ours');
    if (error instanceof DomainError && error.retryAfterSeconds !== undefined)
      response.set('retry-after', String(Math.ceil(error.retryAfterSeconds)));
    if (problem.status === 401) response.set('www-authenticate', 'Bearer');
    response.status(problem.status).type(problemContentType).send(JSON.stringify(problem));
  };
}

export const noSuchRoute: RequestHandler = (request) => {
  throw new DomainError('not_found', `There is no ${request.method} ${request.path}.`);
};
