import { AcmCertificate, AcmCertificateValidation, Construct, Route53Record } from '../cdktf.ts';

export interface ValidatedCertificateProps {
  readonly domain: string;
  readonly zoneId: string;
}

/** A certificate that proves itself by a record in the zone, and renews itself as long as the record stands. */
export class ValidatedCertificate extends Construct {
  /** Known once the certificate is valid. */
  readonly arn: string;

  constructor(scope: Construct, id: string, { domain, zoneId }: ValidatedCertificateProps) {
    super(scope, id);
    const certificate = new AcmCertificate(this, 'certificate', {
      domainName: domain,
      validationMethod: 'DNS',
      keyAlgorithm: 'EC_prime256v1',
      lifecycle: { createBeforeDestroy: true },
    });
    const option = certificate.domainValidationOptions.get(0);
    const record = new Route53Record(this, 'proof', {
      zoneId,
      name: option.resourceRecordName,
      type: option.resourceRecordType,
      records: [option.resourceRecordValue],
      ttl: 300,
      allowOverwrite: true,
    });
    this.arn = new AcmCertificateValidation(this, 'valid', {
      certificateArn: certificate.arn,
      validationRecordFqdns: [record.fqdn],
    }).certificateArn;
  }
}
