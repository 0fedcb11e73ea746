import { DomainError } from '@foretell/core/domain/errors';

const busy = new Set([
  'ThrottlingException',
  'InternalServerException',
  'InternalServerError',
  'ServiceQuotaExceededException',
]);

/** EMR's "not now" as `unavailable`, to be tried again; any other refusal is a bug or a missing right, and stays itself. */
export async function refusal<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof Error && busy.has(error.name))
      throw new DomainError('unavailable', `EMR does not take the call now: ${error.message}`, {
        cause: error,
      });
    throw error;
  }
}
