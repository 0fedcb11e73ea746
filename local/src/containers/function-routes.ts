import type { IncomingMessage } from 'node:http';
import { NormalizedSchema } from '@smithy/core/schema';
import { UpdateFunctionCodeRequest$, type UpdateFunctionCodeRequest } from '@aws-sdk/client-lambda';
import { AwsError } from '../aws-api/aws-error.ts';
import { checkInput } from '../aws-api/check-input.ts';
import type { Cloud } from './cloud.ts';

const path = /^\/2015-03-31\/functions\/([^/]+)(\/code)?$/;

export interface FunctionCall {
  readonly operation: 'lambda.GetFunction' | 'lambda.UpdateFunctionCode';
  readonly input: Record<string, unknown>;
  readonly run: () => object;
}

/** Lambda's two calls that a release makes, which are REST: null for any other request. */
export function functionCall(
  { functions }: Cloud,
  request: IncomingMessage,
  body: string,
): FunctionCall | null {
  const [, name, code] = path.exec(request.url ?? '') ?? [];
  if (name === undefined) return null;
  const find = () => {
    const found = functions.find((each) => each.name === name);
    if (!found) throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
    return found;
  };
  if (request.method === 'GET' && code === undefined)
    return {
      operation: 'lambda.GetFunction',
      input: { FunctionName: name },
      run: () => {
        const { imageUri } = find();
        const Configuration = {
          FunctionName: name,
          PackageType: 'Image',
          State: 'Active',
          LastUpdateStatus: 'Successful',
        };
        return { Configuration, Code: { ImageUri: imageUri, RepositoryType: 'ECR' } };
      },
    };
  const input = { ...(JSON.parse(body || '{}') as UpdateFunctionCodeRequest), FunctionName: name };
  return {
    operation: 'lambda.UpdateFunctionCode',
    input: { ...input },
    run: () => {
      checkInput(NormalizedSchema.of(UpdateFunctionCodeRequest$), input);
      const found = find();
      found.imageUri = input.ImageUri ?? found.imageUri;
      return { FunctionName: name, LastUpdateStatus: 'InProgress' };
    },
  };
}
