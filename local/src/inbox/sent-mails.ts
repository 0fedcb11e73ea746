import { z } from 'zod';

/** What ministack remembers of a mail that SES was given. */
const sentMail = z.object({
  MessageId: z.string(),
  Source: z.string(),
  To: z.array(z.string()),
  Subject: z.string(),
  BodyText: z.string(),
  BodyHtml: z.string().nullable(),
  /** Seconds since 1970. */
  Timestamp: z.number(),
});
export type SentMail = z.output<typeof sentMail>;
/** By AWS account. */
const sentMessages = z.object({ messages: z.record(z.string(), z.array(sentMail)) });

/** Newest first. */
export async function readMails(awsEndpoint: string): Promise<SentMail[]> {
  const response = await fetch(new URL('/_ministack/ses/messages', awsEndpoint));
  if (!response.ok) throw new Error(`ministack answered ${response.status} when asked for the sent mails`);
  const { messages } = sentMessages.parse(await response.json());
  return Object.values(messages).flat().toReversed();
}
