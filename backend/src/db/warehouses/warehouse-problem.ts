import { DomainError } from '@foretell/core/domain/errors';

/** What the user can mend, with the field that it is mended in. */
export function warehouseProblem(field: string, code: string, detail: string, cause?: unknown): DomainError {
  return new DomainError('invalid', detail, {
    problems: [{ field, code, detail }],
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A problem by the codes that an engine gives it; `detail` is told what the engine said. */
export interface KnownProblem {
  codes: readonly string[];
  field: string;
  code: string;
  detail: (words: string) => string;
}

export const badCredentials = {
  field: 'credentials',
  code: 'bad_credentials',
  detail: () =>
    'The database refuses the user or the password. Make a new connection with those of a user who may read.',
};
export const invalidQuery = {
  field: 'query',
  code: 'invalid_query',
  detail: (words: string) => `The database cannot run the query: ${words}`,
};
export const timedOut = {
  field: 'query',
  code: 'query_timeout',
  detail: () =>
    'The database took longer for the query than it is given. Ask for fewer rows, import by an incremental column, or allow more seconds.',
};
export const notReadable = {
  field: 'query',
  code: 'not_permitted',
  detail: (words: string) => `The database does not let its user read that: ${words}`,
};

/** What a driver's error says of itself under that name; empty when it says nothing. */
export function said(error: unknown, name: 'code' | 'errno' | 'sqlState' | 'message'): string {
  if (typeof error !== 'object' || error === null || !(name in error)) return '';
  const value = (error as Record<string, unknown>)[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

const certificateProblem = /certificate|SELF_SIGNED|CERT_|altnames|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/i;
const noTls = /does not support SSL|does not support secure/i;

/** What broke a session, in words: the engine's known problems, those of TLS, and else a connection that is worth another try. */
export function explain(error: unknown, codes: readonly string[], known: readonly KnownProblem[]): unknown {
  const message = said(error, 'message');
  if (error instanceof DomainError || message === '') return error;
  const found = known.find((problem) => problem.codes.some((code) => codes.includes(code)));
  if (found) return warehouseProblem(found.field, found.code, found.detail(message), error);
  if (noTls.test(message))
    return warehouseProblem(
      'settings.tls',
      'no_tls',
      'The server does not offer TLS, and the password is not sent without it.',
      error,
    );
  if (certificateProblem.test(`${codes.join(' ')} ${message}`))
    return warehouseProblem(
      'settings.certificateAuthority',
      'untrusted_certificate',
      `The server's certificate is not trusted: ${message}. Give the certificate of the authority that signed it.`,
      error,
    );
  return new DomainError('unavailable', `The database did not answer: ${message}`, { cause: error });
}

/** Columns that are named twice, or hold what no column of a feature set can, are refused before any row is read. */
export function checkColumns(columns: readonly { name: string; unsupported: string | null }[]): void {
  const seen = new Set<string>();
  for (const { name, unsupported } of columns) {
    if (unsupported !== null)
      throw warehouseProblem(
        'query',
        'unsupported_type',
        `Column "${name}" has the type ${unsupported}, which cannot be imported: leave it out, or let the query turn it into text.`,
      );
    if (seen.has(name))
      throw warehouseProblem(
        'query',
        'duplicate_column',
        `Two columns of the query are named "${name}": name one of them otherwise, with AS.`,
      );
    seen.add(name);
  }
}
