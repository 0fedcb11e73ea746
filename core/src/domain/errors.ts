/** What went wrong in the domain's words. Transports map a code to a status in one table (core/node/problem.ts). */
export type DomainErrorCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'rate_limited'
  | 'unavailable';

/** One thing wrong with one field: `field` is a dotted path into the input (`records.3.timestamp`). */
export interface FieldProblem {
  field: string;
  code: string;
  detail: string;
}

export interface DomainErrorOptions {
  cause?: unknown;
  problems?: readonly FieldProblem[];
  /** How long the caller should wait, for `rate_limited` and `unavailable`. */
  retryAfterSeconds?: number;
}

/** An expected failure. Anything else that is thrown is a bug: logged, answered with 500. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: DomainErrorCode;
  readonly problems: readonly FieldProblem[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: DomainErrorCode, message: string, options: DomainErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.problems = options.problems ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
