import { open } from 'node:fs/promises';
import { createServer } from 'node:http';

/** The plain copy: every body is appended to one file and synced to its disk before it is answered. */
const [port, path = ''] = process.argv.slice(2);
const file = await open(path, 'a');

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    file
      .appendFile(Buffer.concat(chunks))
      .then(() => file.datasync())
      .then(
        () => response.writeHead(202).end(),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  });
}).listen(Number(port), '127.0.0.1');
