import { json, Router, type Request, type Response } from 'express';
import { ZodError } from 'zod';
import { ApiError, type Operations } from './operations.ts';

const contentType = 'application/x-amz-json-1.1';
const prefix = 'RedshiftData.';

function failure(error: unknown): { type: string; message: string } {
  if (error instanceof ApiError) return { type: error.type, message: error.message };
  if (error instanceof ZodError) {
    const message = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    return { type: 'ValidationException', message };
  }
  return {
    type: 'InternalServerException',
    message: error instanceof Error ? error.message : String(error),
  };
}

/** The Redshift Data API's wire: POST /, the operation in X-Amz-Target, JSON 1.1. */
export function createRedshiftDataRoutes(operations: Operations): Router {
  const router = Router();
  const answer = async (request: Request, response: Response) => {
    const name = (request.get('x-amz-target') ?? '').slice(prefix.length);
    const operation = operations[name];
    response.type(contentType);
    try {
      if (!operation) throw new ApiError('ValidationException', `Unknown operation: ${name}`);
      response.send(JSON.stringify(await operation(request.body)));
    } catch (error) {
      const { type, message } = failure(error);
      const status = type === 'InternalServerException' ? 500 : 400;
      response
        .status(status)
        .set('x-amzn-errortype', type)
        .send(JSON.stringify({ __type: type, Message: message, message }));
    }
  };
  router.post('/', json({ type: contentType, limit: '1mb' }), (request, response, next) => {
    if ((request.get('x-amz-target') ?? '').startsWith(prefix)) void answer(request, response);
    else next();
  });
  return router;
}
