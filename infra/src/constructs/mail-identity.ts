import {
  Construct,
  Fn,
  Sesv2ConfigurationSet,
  Sesv2EmailIdentity,
  Sesv2EmailIdentityMailFromAttributes,
} from '../cdktf.ts';
import type { Grantee } from './role.ts';

export interface MailIdentityProps {
  readonly domain: string;
  readonly name: string;
}

export interface MailAttributes {
  readonly domain: string;
  /** Where bounces go: its MX and SPF records are made with the zone's others. */
  readonly mailFromDomain: string;
  /** Three tokens, comma-separated: each is a DKIM record. */
  readonly dkimTokens: string;
  readonly identityArn: string;
  readonly configurationSet: string;
  readonly configurationSetArn: string;
}

export function grantSendMail({ identityArn, configurationSetArn }: MailAttributes, grantee: Grantee): void {
  grantee.allow({ actions: ['ses:SendEmail'], resources: [identityArn, configurationSetArn] });
}

/** The domain notifications are sent from: signed by DKIM, TLS demanded, reputation watched. */
export class MailIdentity extends Construct {
  readonly attributes: MailAttributes;

  constructor(scope: Construct, id: string, { domain, name }: MailIdentityProps) {
    super(scope, id);
    const set = new Sesv2ConfigurationSet(this, 'set', {
      configurationSetName: name,
      deliveryOptions: { tlsPolicy: 'REQUIRE' },
      reputationOptions: { reputationMetricsEnabled: true },
      suppressionOptions: { suppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    });
    const identity = new Sesv2EmailIdentity(this, 'identity', {
      emailIdentity: domain,
      configurationSetName: set.configurationSetName,
      dkimSigningAttributes: { nextSigningKeyLength: 'RSA_2048_BIT' },
    });
    const mailFromDomain = `mail.${domain}`;
    new Sesv2EmailIdentityMailFromAttributes(this, 'mail-from', {
      emailIdentity: identity.emailIdentity,
      mailFromDomain,
      behaviorOnMxFailure: 'REJECT_MESSAGE',
    });
    this.attributes = {
      domain,
      mailFromDomain,
      dkimTokens: Fn.join(',', identity.dkimSigningAttributes.tokens),
      identityArn: identity.arn,
      configurationSet: set.configurationSetName,
      configurationSetArn: set.arn,
    };
  }
}
