import {
  BatchExecuteStatementInput$,
  CancelStatementRequest$,
  DescribeStatementRequest$,
  ExecuteStatementInput$,
  GetStatementResultRequest$,
  ListStatementsRequest$,
} from '@aws-sdk/client-redshift-data';
import { NormalizedSchema } from '@smithy/core/schema';
import { json, Router, type Request, type Response } from 'express';
import { ZodError } from 'zod';
import { AwsError } from '../aws-api/aws-error.ts';
import { checkInput } from '../aws-api/check-input.ts';
import type { Operations } from './operations.ts';

const contentType = 'application/x-amz-json-1.1';
const prefix = 'RedshiftData.';

/** The SDK's own models of the requests: a field that AWS does not know is refused here as there. */
const requests: Readonly<Record<string, Parameters<typeof NormalizedSchema.of>[0]>> = {
  BatchExecuteStatement: BatchExecuteStatementInput$,
  CancelStatement: CancelStatementRequest$,
  DescribeStatement: DescribeStatementRequest$,
  ExecuteStatement: ExecuteStatementInput$,
  GetStatementResult: GetStatementResultRequest$,
  ListStatements: ListStatementsRequest$,
};

function failure(error: unknown): { type: string; message: string } {
  if (error instanceof AwsError) return { type: error.code, message: error.message };
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
    const [operation, model] = [operations[name], requests[name]];
    response.type(contentType);
    try {
      if (!operation || !model) throw new AwsError('ValidationException', `Unknown operation: ${name}`);
      checkInput(NormalizedSchema.of(model), request.body);
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
