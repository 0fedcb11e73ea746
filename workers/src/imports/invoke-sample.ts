import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import {
  sampleResponse,
  type SampleRequest,
  type SampleResponse,
} from '@foretell/core/contracts/feature-set';
import { DomainError } from '@foretell/core/domain/errors';

export type InvokeSample = (request: SampleRequest, signal: AbortSignal) => Promise<SampleResponse>;

/** Calls the sample function and waits for its answer. A function that failed is tried again with the message. */
export function createInvokeSample(lambda: LambdaClient, functionName: string): InvokeSample {
  return async (request, signal) => {
    const output = await lambda.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(request) }),
      { abortSignal: signal },
    );
    const text = new TextDecoder().decode(output.Payload);
    if (output.FunctionError !== undefined)
      throw new DomainError('unavailable', `The sample function failed: ${text.slice(0, 500)}`);
    return sampleResponse.parse(JSON.parse(text));
  };
}
