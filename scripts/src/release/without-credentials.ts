/** What to do about an AWS call that was never made, having nothing to sign it with; null of any other error. */
export function withoutCredentials({ name, message }: Error): string | null {
  if (name !== 'CredentialsProviderError') return null;
  return [
    'No AWS credentials were found. Say which to use, and try again:',
    '  AWS_PROFILE=NAME              a profile of ~/.aws/config; sign in first with aws sso login --profile NAME',
    '  AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (AWS_SESSION_TOKEN)',
    `(${message})`,
  ].join('\n');
}
