import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import {
  featureSetManifest,
  sampleResponse,
  type SampleRequest,
  type SampleResponse,
} from '@foretell/core/contracts/feature-set';
import { DomainError } from '@foretell/core/domain/errors';
import type { Lake } from '@foretell/core/node/lake';

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

/** What the function is asked for at most: it has five minutes, and 10 GB of disk for the files and what spills. */
const functionLimits = { cells: 300_000_000, bytes: 3_000_000_000 };

/** The same profile by the function or, of what is too large for it, `here`: exact whatever the size. */
export const sampleBySize =
  (lake: Pick<Lake, 'getJson'>, byFunction: InvokeSample, here: InvokeSample): InvokeSample =>
  async (request, signal) => {
    const { rows, schema, files } = await lake.getJson(request.manifestKey, featureSetManifest);
    const cells = rows * schema.columns.length;
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const fits = cells <= functionLimits.cells && bytes <= functionLimits.bytes;
    return (fits ? byFunction : here)(request, signal);
  };
