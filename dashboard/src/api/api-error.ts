import type { Problem } from '@foretell/core/contracts/problem';

/** The API said no: `message` is its own words, made to be shown. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export const isNotFound = (error: unknown) => error instanceof ApiError && error.problem.status === 404;

/** What to show a person for any failure. */
export function readableError(error: unknown): string {
  if (error instanceof ApiError) {
    const { detail, requestId, status } = error.problem;
    // 503 says what is not there; of any other the logs say more.
    return status >= 500 && status !== 503 && requestId !== undefined
      ? `${detail} (request ${requestId})`
      : detail;
  }
  if (error instanceof TypeError) return 'Foretell cannot be reached. Check your connection and try again.';
  return error instanceof Error ? error.message : String(error);
}
