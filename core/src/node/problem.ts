import { STATUS_CODES } from 'node:http';
import type { z } from 'zod';
import type { Problem } from '../contracts/problem.ts';
import { DomainError, type DomainErrorCode, type FieldProblem } from '../domain/errors.ts';

/** The one table from domain codes to HTTP statuses. */
const statusOf: Record<DomainErrorCode, number> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  rate_limited: 429,
  unavailable: 503,
};

export const problemContentType = 'application/problem+json';

/** What a caller is told. A bug tells nothing of itself but the request's id. */
export function toProblem(error: unknown, requestId?: string): Problem {
  const known = error instanceof DomainError;
  const status = known ? statusOf[error.code] : 500;
  return {
    type: known ? `urn:foretell:problem:${error.code}` : 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: known ? error.message : 'Something went wrong on our side.',
    ...(known && error.problems.length > 0 ? { errors: [...error.problems] } : {}),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** A failed zod parse as one `invalid` error that names every field. */
export function invalidInput(error: z.ZodError, what: string): DomainError {
  const problems: FieldProblem[] = error.issues.map((issue) => ({
    field: issue.path.join('.') || what,
    code: issue.code,
    detail: issue.message,
  }));
  const first = problems[0];
  return new DomainError(
    'invalid',
    `${what} is not valid: ${first ? `${first.field}: ${first.detail}` : 'see errors'}`,
    {
      problems,
    },
  );
}
