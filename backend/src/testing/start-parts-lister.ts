import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Parts that S3 lists in one answer. */
export const pageParts = 1000;

/** As S3 answers: the last page names a next one, and a page beyond the last part names part 0, where all begins anew. */
function listedFrom(marker: number, parts: number): string {
  const numbers = Array.from({ length: parts }, (_, i) => i + 1).filter((part) => part > marker);
  const page = numbers.slice(0, pageParts);
  const listed = page.map(
    (part) => `<Part><PartNumber>${part}</PartNumber><ETag>"${part}"</ETag><Size>7</Size></Part>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><PartNumberMarker>${marker}</PartNumberMarker>
<NextPartNumberMarker>${page.at(-1) ?? 0}</NextPartNumberMarker><MaxParts>${pageParts}</MaxParts>
<IsTruncated>${numbers.length > page.length}</IsTruncated>${listed.join('')}</ListPartsResult>`;
}

/** S3's ListParts of an upload of `parts` parts, for the SDK's clients that are made from now on; `asked` are the markers. */
export async function startPartsLister(parts: number) {
  const asked: number[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://s3');
    const marker = Number(searchParams.get('part-number-marker') ?? 0);
    asked.push(marker);
    response.setHeader('content-type', 'application/xml');
    if (asked.length > 10) response.writeHead(400).end();
    else response.end(listedFrom(marker, parts));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  return {
    asked,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
