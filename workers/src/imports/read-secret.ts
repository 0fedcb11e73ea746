import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { z } from 'zod';
import { importProblem } from './import-problem.ts';

export type ReadSecret = <S extends z.ZodType>(name: string, schema: S) => Promise<z.output<S>>;

/** A connection's credentials, read when they are needed and kept nowhere. */
export function createReadSecret(client: SecretsManagerClient): ReadSecret {
  return async (name, schema) => {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
      const parsed = schema.safeParse(JSON.parse(SecretString ?? 'null'));
      if (parsed.success) return parsed.data;
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
    throw importProblem(
      'no_credentials',
      'The credentials of the connection are gone: give them to it again.',
      { field: 'connection' },
    );
  };
}
