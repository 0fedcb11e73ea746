import { CreateEmailIdentityCommand, SESv2Client, type SESv2ClientConfig } from '@aws-sdk/client-sesv2';

/** The domain that mails come from here: reserved, so nobody's. */
const domain = 'foretell.example';
export const mailFrom = `Foretell <notifications@${domain}>`;

/** The identity that SES demands of whoever sends; here it is verified at once. Safe to run again. */
export async function createMailIdentity(config: SESv2ClientConfig): Promise<void> {
  const ses = new SESv2Client(config);
  try {
    await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: domain }));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AlreadyExistsException')) throw error;
  } finally {
    ses.destroy();
  }
}
