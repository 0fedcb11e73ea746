/** What an AWS SDK client reads from its environment to talk to the stand-ins instead of AWS. */
export function awsEnvironment(endpoint: string) {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'foretell-local',
    AWS_SECRET_ACCESS_KEY: 'foretell-local',
    // No profile of the machine's user takes part, nor the instance's role.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
