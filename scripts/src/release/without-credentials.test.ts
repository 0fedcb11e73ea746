import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { withoutCredentials } from './without-credentials.ts';

test('a call without credentials is answered by what to set, any other error by nothing', async () => {
  const environment = process.env;
  process.env = { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' };
  const ssm = new SSMClient({ region: 'eu-central-1' });
  try {
    const error: unknown = await ssm
      .send(new GetParametersCommand({ Names: ['a'] }))
      .catch((e: unknown) => e);
    expect(withoutCredentials(error as Error)).toMatch(/^No AWS credentials were found.*AWS_PROFILE=NAME/s);
  } finally {
    process.env = environment;
    ssm.destroy();
  }
  expect(withoutCredentials(new Error('throttled'))).toBeNull();
});
