import type { ServerResponse } from 'node:http';

/** Ends `response` with JSON that is already text. */
export function sendJson(
  response: ServerResponse,
  status: number,
  text: string,
  contentType = 'application/json',
): void {
  response.statusCode = status;
  response.setHeader('content-type', contentType);
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(text);
}
