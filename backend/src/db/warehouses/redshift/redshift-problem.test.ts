import { statementProblem } from './redshift-problem.ts';

test.each([
  ['FATAL: password authentication failed for user "reader"', 'credentials', 'bad_credentials'],
  ['FATAL: database "nowhere" does not exist', 'settings.database', 'unknown_database'],
  [
    'ERROR: User arn:aws:redshift:eu-west-1:123456789012:dbuser:shop/reader is not authorized to assume IAM Role arn:aws:iam::123456789012:role/r',
    'settings.unloadRole',
    'bad_role',
  ],
  [
    'ERROR: Not authorized to get credentials of role arn:aws:iam::123456789012:role/r',
    'settings.unloadRole',
    'bad_role',
  ],
  [
    'ERROR: S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid X,ExtRid Y,CanRetry 1',
    'settings.unloadRole',
    'role_cannot_write',
  ],
  ['ERROR: permission denied for relation orders', 'query', 'not_permitted'],
  ["ERROR: Query (1234) cancelled on user's request", 'query', 'query_timeout'],
  ['ERROR: column "a" does not exist in asked', 'query', 'invalid_query'],
])('"%s" is told at its field', (text, field, code) => {
  const problem = statementProblem(text);
  expect(problem).toMatchObject({ code: 'invalid', problems: [{ field, code }] });
  expect(problem.message).not.toContain('ERROR:');
});

test('what passes by itself is worth another try', () => {
  expect(statementProblem('ERROR: 1023 Serializable isolation violation on table').code).toBe('unavailable');
});
