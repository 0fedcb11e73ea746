import { randomUUID } from 'node:crypto';
import { raw, Router, type Request, type Response } from 'express';
import { invokeFunction, type LambdaFunction } from './invoke-function.ts';

/** Lambda refuses a larger event. */
const maxEventBytes = 6 * 1024 * 1024;

/** Lambda's Invoke, RequestResponse only: the very handlers that are deployed, by function name. */
export function createLambdaRoutes(functions: ReadonlyMap<string, LambdaFunction>): Router {
  const router = Router();
  const invoke = async (name: string, request: Request<{ name: string }>, response: Response) => {
    const known = functions.get(name);
    const type = request.get('x-amz-invocation-type') ?? 'RequestResponse';
    response.set('x-amzn-requestid', randomUUID()).type('application/json');
    if (!known) {
      response.status(404).set('x-amzn-errortype', 'ResourceNotFoundException');
      response.send(JSON.stringify({ Type: 'User', Message: `Function not found: ${name}` }));
      return;
    }
    if (type !== 'RequestResponse') {
      response.status(400).set('x-amzn-errortype', 'InvalidParameterValueException');
      response.send(JSON.stringify({ Type: 'User', Message: `Invocation type ${type} is not stood in for` }));
      return;
    }
    const event = request.body instanceof Buffer ? request.body.toString('utf8') : '';
    const { payload, functionError } = await invokeFunction(known, event);
    if (functionError) response.set('x-amz-function-error', functionError);
    response.set('x-amz-executed-version', '$LATEST').send(payload);
  };
  router.post(
    '/2015-03-31/functions/:name/invocations',
    raw({ type: () => true, limit: maxEventBytes }),
    (request: Request<{ name: string }>, response, next) => {
      invoke(request.params.name, request, response).catch(next);
    },
  );
  return router;
}
