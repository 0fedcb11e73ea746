import type { ServerResponse } from 'node:http';

/** Header names and values in turn, as writeHead takes them: that costs half of setting them one by one. */
export type Headers = readonly (string | number)[];

const none: Headers = [];

/** Ends `response` with JSON, or another kind of content, that is already text. */
export function sendJson(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Headers = none,
  contentType = 'application/json',
): void {
  const bytes = Buffer.byteLength(text);
  const all = ['content-type', contentType, 'content-length', bytes, ...headers];
  response.writeHead(status, all as string[]);
  // As many bytes as characters: ASCII, which needs no encoding.
  response.end(text, bytes === text.length ? 'latin1' : 'utf8');
}
