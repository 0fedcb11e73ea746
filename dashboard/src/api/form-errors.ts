import { ApiError, readableError } from './api-error.ts';

/**
 * Puts what the API found wrong beside the fields it names; `fieldOf` maps the API's field to the form's
 * (undefined: not on this form). Returns what is left to say above the form, or null.
 */
export function applyFieldErrors(
  error: unknown,
  setFieldError: (field: string, message: string) => void,
  fieldOf: (field: string) => string | undefined,
): string | null {
  const problems = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  const rest: string[] = [];
  for (const { field, detail } of problems) {
    const name = fieldOf(field);
    if (name === undefined) rest.push(`${field}: ${detail}`);
    else setFieldError(name, detail);
  }
  if (problems.length === 0) return readableError(error);
  return rest.length === 0 ? null : rest.join('; ');
}
