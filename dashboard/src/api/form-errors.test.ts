import { ApiError } from './api-error.ts';
import { applyFieldErrors } from './form-errors.ts';

const refusal = (errors: { field: string; code: string; detail: string }[]) =>
  new ApiError({ type: 'x', title: 'Unprocessable', status: 422, detail: 'body is not valid', errors });

test('a field the form has gets its message, any other is said above the form', () => {
  const shown: Record<string, string> = {};
  const rest = applyFieldErrors(
    refusal([
      { field: 'email', code: 'invalid', detail: 'not an e-mail address' },
      { field: 'captcha', code: 'missing', detail: 'required' },
    ]),
    (field, message) => {
      shown[field] = message;
    },
    (field) => (field === 'email' ? field : undefined),
  );
  expect(shown).toEqual({ email: 'not an e-mail address' });
  expect(rest).toBe('captcha: required');
});

test('a failure that names no field is said in its own words', () => {
  const rest = applyFieldErrors(
    refusal([]),
    () => undefined,
    () => undefined,
  );
  expect(rest).toBe('body is not valid');
});
