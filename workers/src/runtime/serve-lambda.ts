import { z } from 'zod';

/** What Lambda calls. */
export type LambdaHandler = (event: unknown) => Promise<unknown>;

const requestId = z.string().min(1);

/**
 * Answers a Lambda function's events one after the other by Lambda's Runtime API (version 2018-06-01), in a container
 * image of our own: the published client compiles native code at its installation, and this is three HTTP calls.
 * An event's error is reported and the next event asked for; when Lambda itself does not answer, it throws.
 * @param host host and port of the Runtime API, as AWS_LAMBDA_RUNTIME_API names it
 * @param events how many events to answer; the freeze between two of them is Lambda's
 */
export async function serveLambda(host: string, handler: LambdaHandler, events = Infinity): Promise<void> {
  const base = `http://${host}/2018-06-01/runtime/invocation`;
  for (let answered = 0; answered < events; answered++) {
    const next = await fetch(`${base}/next`);
    if (!next.ok) throw new Error(`Lambda answered ${next.status} when asked for the next event`);
    const id = requestId.parse(next.headers.get('lambda-runtime-aws-request-id'));
    const { path, body } = await answer(handler, await next.text());
    const accepted = await fetch(`${base}/${id}/${path}`, { method: 'POST', body });
    if (!accepted.ok)
      throw new Error(
        `Lambda answered ${accepted.status} to the ${path} of event ${id}: ${await accepted.text()}`,
      );
  }
}

async function answer(
  handler: LambdaHandler,
  event: string,
): Promise<{ path: 'response' | 'error'; body: string }> {
  try {
    return { path: 'response', body: JSON.stringify((await handler(JSON.parse(event))) ?? null) };
  } catch (error) {
    const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    const body = { errorType: name, errorMessage: message, stackTrace: stack.split('\n') };
    return { path: 'error', body: JSON.stringify(body) };
  }
}
