import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** What all requests have in common. */
export interface SignedTarget {
  host: string;
  path: string;
  region: string;
  service: string;
  contentType: string;
  /** x-amz-target */
  operation: string;
}

export type SignRequest = (body: Buffer, credentials: Credentials, nowMs: number) => Record<string, string>;

/**
 * Signs POSTs to one target by AWS Signature Version 4
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html) and answers their headers. The key
 * of a day is derived once: the SDK's signer derives and looks it up for each request, at four times the CPU.
 */
export function createSigner(target: SignedTarget): SignRequest {
  const { host, path, region, service, contentType, operation } = target;
  let derivedFrom = '';
  let key: KeyObject | null = null;

  function keyOf(day: string, secret: string): KeyObject {
    if (key && derivedFrom === day + secret) return key;
    let derived = Buffer.from(`AWS4${secret}`);
    for (const part of [day, region, service, 'aws4_request'])
      derived = createHmac('sha256', derived).update(part).digest();
    derivedFrom = day + secret;
    return (key = createSecretKey(derived));
  }

  return (body, { accessKeyId, secretAccessKey, sessionToken }, nowMs) => {
    const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
    const day = time.slice(0, 8);
    const scope = `${day}/${region}/${service}/aws4_request`;
    const bodyHash = hash('sha256', body);
    // In the order of their names, as they are signed.
    const signed: Record<string, string> = {
      'content-type': contentType,
      host,
      'x-amz-content-sha256': bodyHash,
      'x-amz-date': time,
      ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
      'x-amz-target': operation,
    };
    const names = Object.keys(signed).join(';');
    let lines = '';
    for (const name in signed) lines += `${name}:${signed[name]}\n`;
    const canonical = `POST\n${path}\n\n${lines}\n${names}\n${bodyHash}`;
    const signature = createHmac('sha256', keyOf(day, secretAccessKey))
      .update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', canonical)}`)
      .digest('hex');
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return { ...signed, authorization, 'content-length': String(body.length) };
  };
}
