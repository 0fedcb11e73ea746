import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/**
 * Stands where AWS is: takes every write of DynamoDB and SQS at once, and gives the files of a folder as S3 objects. As
 * little work as it can be, so that the server alone is measured.
 */
const [port, folder = '.'] = process.argv.slice(2);
const written = JSON.stringify({ UnprocessedItems: {} });

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const target = String(request.headers['x-amz-target'] ?? '');
    const [type, body, status] = target.startsWith('DynamoDB')
      ? ['application/x-amz-json-1.0', Buffer.from(written), 200]
      : target.startsWith('AmazonSQS')
        ? ['application/x-amz-json-1.0', sent(Buffer.concat(chunks)), 200]
        : objectOf(request.url ?? '', request.headers['if-none-match']);
    response.writeHead(status, { 'content-type': type, 'content-length': body.length, etag: '"1"' });
    response.end(body);
  });
}).listen(Number(port), '127.0.0.1');

/** The client counts a message as sent when it is told the right checksum. */
function sent(body: Buffer): Buffer {
  const { MessageBody = '' } = JSON.parse(body.toString()) as { MessageBody?: string };
  const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
  return Buffer.from(JSON.stringify({ MessageId: '1', MD5OfMessageBody }));
}

function objectOf(url: string, etag: string | undefined): [string, Buffer, number] {
  if (etag === '"1"') return ['application/octet-stream', Buffer.alloc(0), 304];
  const key = new URL(url, 'http://sink').pathname.split('/').slice(2).join('_');
  return ['application/octet-stream', readFileSync(`${folder}/${key}`), 200];
}
