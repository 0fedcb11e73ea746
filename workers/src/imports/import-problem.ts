import { DomainError } from '@foretell/core/domain/errors';

/** What is wrong with the user's file: ends the import with these words. */
export function importProblem(
  code: string,
  detail: string,
  options: { field?: string; cause?: unknown } = {},
): DomainError {
  return new DomainError('invalid', detail, {
    ...(options.cause === undefined ? {} : { cause: options.cause }),
    problems: [{ field: options.field ?? 'file', code, detail }],
  });
}
