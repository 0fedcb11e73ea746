import {
  GetParameter$,
  GetParameters$,
  PutParameter$,
  type GetParameterRequest,
  type GetParametersRequest,
  type Parameter,
  type PutParameterRequest,
} from '@aws-sdk/client-ssm';
import { operation, type Operation } from '../aws-api/aws-api.ts';
import { AwsError } from '../aws-api/aws-error.ts';
import type { Cloud } from './cloud.ts';

/** The calls of SSM's parameter store that a release, the guard and the workers make. */
export function parameterOperations({ parameters }: Cloud): readonly Operation[] {
  const read = (name = ''): Parameter | null => {
    const found = parameters.get(name);
    if (!found) return null;
    const { value, version, changedAt } = found;
    return { Name: name, Type: 'String', Value: value, Version: version, LastModifiedDate: changedAt };
  };
  return [
    operation('ssm', GetParameter$, ({ Name }: GetParameterRequest) => {
      const Parameter = read(Name);
      if (!Parameter) throw new AwsError('ParameterNotFound', `There is no parameter ${Name ?? ''}`);
      return { Parameter };
    }),
    operation('ssm', GetParameters$, ({ Names = [] }: GetParametersRequest) => ({
      Parameters: Names.flatMap((name) => read(name) ?? []),
      InvalidParameters: Names.filter((name) => !parameters.has(name)),
    })),
    operation('ssm', PutParameter$, ({ Name = '', Value = '', Overwrite }: PutParameterRequest) => {
      const before = parameters.get(Name);
      if (before && !Overwrite)
        throw new AwsError('ParameterAlreadyExists', `${Name} exists: Overwrite is not set`);
      const version = (before?.version ?? 0) + 1;
      parameters.set(Name, { value: Value, version, changedAt: new Date() });
      return { Version: version, Tier: 'Standard' };
    }),
  ];
}
