import { SendEmailCommand, SESv2ServiceException, type SESv2Client } from '@aws-sdk/client-sesv2';
import { DomainError } from '@foretell/core/domain/errors';
import type { Mail } from './compose-mail.ts';

/** Resolves once SES has taken the mail; answers SES's id of it. */
export type SendMail = (mail: Mail) => Promise<string>;

/** What SES says of a mail that it would refuse again: an address that is none, or one it may not send to. */
const refusals = ['MessageRejected', 'BadRequestException'];

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });

/**
 * Sends by SES from `from`, an address of the verified domain. Throws `invalid` for a mail that SES refuses, `unavailable`
 * when it cannot take mails now: too many at once, sending paused, the domain not verified yet, or no answer.
 */
export function createSendMail(ses: SESv2Client, from: string): SendMail {
  return async ({ to, subject, text, html, headers }) => {
    const command = new SendEmailCommand({
      FromEmailAddress: from,
      Destination: { ToAddresses: [to] },
      Content: {
        Simple: {
          Subject: utf8(subject),
          Body: { Text: utf8(text), Html: utf8(html) },
          Headers: headers,
        },
      },
    });
    try {
      const { MessageId } = await ses.send(command);
      return MessageId ?? '';
    } catch (cause) {
      const words = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      const refused = cause instanceof SESv2ServiceException && refusals.includes(cause.name);
      throw refused
        ? new DomainError('invalid', `SES refused the mail (${words})`, { cause })
        : new DomainError('unavailable', `SES did not take the mail (${words})`, { cause });
    }
  };
}
