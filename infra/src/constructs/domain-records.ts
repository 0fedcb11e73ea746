import { Construct, Fn, Route53Record } from '../cdktf.ts';
import type { MailAttributes } from './mail-identity.ts';

export interface Alias {
  readonly name: string;
  readonly domainName: string;
  readonly zoneId: string;
}

export interface DomainRecordsProps {
  readonly zoneId: string;
  readonly domain: string;
  readonly region: string;
  readonly aliases: Readonly<Record<string, Alias>>;
  readonly mail: MailAttributes;
  /** Who receives the domain's mail, as `10 host`; nobody: mail to it is refused at once. */
  readonly mailExchangers: readonly string[];
  readonly dmarcReportsTo: string;
}

const ttl = 300;
const dkimTokenCount = 3;

/** An environment's names: where it answers, and who may send mail or issue certificates for it. */
export class DomainRecords extends Construct {
  private readonly zoneId: string;

  constructor(scope: Construct, id: string, props: DomainRecordsProps) {
    super(scope, id);
    this.zoneId = props.zoneId;
    for (const [key, alias] of Object.entries(props.aliases)) this.alias(key, alias);
    this.mail(props);
    this.record('caa', props.domain, 'CAA', [
      '0 issue "amazon.com"',
      '0 issuewild ";"',
      `0 iodef "mailto:${props.dmarcReportsTo}"`,
    ]);
  }

  private alias(key: string, { name, domainName, zoneId }: Alias): void {
    new Route53Record(this, key, {
      zoneId: this.zoneId,
      name,
      type: 'A',
      alias: { name: domainName, zoneId, evaluateTargetHealth: true },
    });
  }

  /** SPF and DKIM say that SES may send for the domain, DMARC what becomes of everybody else's mail. */
  private mail({ domain, region, mail, mailExchangers, dmarcReportsTo }: DomainRecordsProps): void {
    this.record('mx', domain, 'MX', mailExchangers.length > 0 ? mailExchangers : ['0 .']);
    this.record('spf', domain, 'TXT', ['v=spf1 include:amazonses.com -all']);
    this.record('bounces-mx', mail.mailFromDomain, 'MX', [`10 feedback-smtp.${region}.amazonses.com`]);
    this.record('bounces-spf', mail.mailFromDomain, 'TXT', ['v=spf1 include:amazonses.com -all']);
    this.record('dmarc', `_dmarc.${domain}`, 'TXT', [
      `v=DMARC1; p=quarantine; adkim=s; aspf=r; rua=mailto:${dmarcReportsTo}`,
    ]);
    for (let index = 0; index < dkimTokenCount; index++) {
      const token: unknown = Fn.element(Fn.split(',', mail.dkimTokens), index);
      this.record(`dkim-${index}`, `${String(token)}._domainkey.${domain}`, 'CNAME', [
        `${String(token)}.dkim.amazonses.com`,
      ]);
    }
  }

  private record(id: string, name: string, type: string, records: readonly string[]): void {
    new Route53Record(this, id, { zoneId: this.zoneId, name, type, ttl, records: [...records] });
  }
}
