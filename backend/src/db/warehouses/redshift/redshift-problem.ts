import type { RedshiftSettings } from '@foretell/core/contracts/sources';
import { DomainError } from '@foretell/core/domain/errors';
import {
  badCredentials,
  invalidQuery,
  notReadable,
  timedOut,
  warehouseProblem,
} from '../warehouse-problem.ts';

interface Known {
  pattern: RegExp;
  field: string;
  code: string;
  detail: (words: string) => string;
}

/** Redshift gives a statement's failure as a text alone. The first that fits counts. */
const known: readonly Known[] = [
  { pattern: /password authentication failed|no pg_hba|user "[^"]*" does not exist/i, ...badCredentials },
  {
    pattern: /database "[^"]*" does not exist/i,
    field: 'settings.database',
    code: 'unknown_database',
    detail: (words) => `There is no such database: ${words}`,
  },
  {
    pattern: /not authorized to (?:assume|get credentials of)|role .*(?:is not associated|does not exist)/i,
    field: 'settings.unloadRole',
    code: 'bad_role',
    detail: (words) =>
      `Redshift may not act as the role: attach it to the cluster or the namespace, and let Redshift assume it. It says: ${words}`,
  },
  {
    pattern: /S3ServiceException|S3.*(?:access denied|forbidden)|access denied.*S3|kms/i,
    field: 'settings.unloadRole',
    code: 'role_cannot_write',
    detail: (words) =>
      `The role may not write where Foretell reads: give it what docs/warehouses.md lists. Redshift says: ${words}`,
  },
  { pattern: /permission denied/i, ...notReadable },
  { pattern: /statement timeout|max_query_execution_time|cancell?ed on user|query aborted by/i, ...timedOut },
];

/** Of the service, not of the query: worth another try. */
const passing =
  /serializable isolation|conflict with concurrent|deadlock|terminated|connection|is (?:paused|resuming|rebooting)|try again/i;

const unavailable = (words: string, cause?: unknown) =>
  new DomainError('unavailable', `Redshift did not answer: ${words}`, { cause });

/** What a statement failed of, in words. */
export function statementProblem(text: string): DomainError {
  const words = text.replace(/^\s*ERROR:\s*/i, '').trim();
  const found = known.find(({ pattern }) => pattern.test(words));
  if (found) return warehouseProblem(found.field, found.code, found.detail(words));
  if (passing.test(words)) return unavailable(words);
  return warehouseProblem(invalidQuery.field, invalidQuery.code, invalidQuery.detail(words));
}

/** What the Data API itself answered, in words. */
export function callProblem(error: unknown, { cluster, workgroup }: RedshiftSettings): unknown {
  if (!(error instanceof Error) || error instanceof DomainError) return error;
  const field = cluster === undefined ? 'settings.workgroup' : 'settings.cluster';
  const named = cluster ?? workgroup ?? '';
  if (error.name === 'AccessDeniedException')
    return warehouseProblem(
      field,
      'not_permitted',
      `Foretell's own role may not ask ${named}: ${error.message}`,
      error,
    );
  if (error.name !== 'ValidationException') return unavailable(error.message, error);
  if (/secret/i.test(error.message))
    return warehouseProblem(
      'credentials',
      'no_credentials',
      `The credentials cannot be used: ${error.message}`,
      error,
    );
  if (/endpoint|cluster|workgroup/i.test(error.message))
    return warehouseProblem(
      field,
      'unknown_warehouse',
      `There is no ${cluster === undefined ? 'workgroup' : 'cluster'} "${named}" in Foretell's account and region: ${error.message}`,
      error,
    );
  return warehouseProblem(invalidQuery.field, invalidQuery.code, invalidQuery.detail(error.message), error);
}
