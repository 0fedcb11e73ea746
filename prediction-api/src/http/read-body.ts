import type { IncomingMessage } from 'node:http';
import { DomainError } from '@foretell/core/domain/errors';

const maxDroppedBytes = 64 * 1024 ** 2;

/**
 * The body as text. Throws `invalid` when it says that it is not JSON, `too_large` beyond `limit` bytes, as soon as that
 * is known.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const type = request.headers['content-type'];
  if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type)) throw notJson(type);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const refuse = () => {
      request.off('data', collect);
      reject(tooLarge(`The body is larger than ${limit} bytes.`));
    };
    const collect = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) refuse();
      else chunks.push(chunk);
    };
    if (Number(request.headers['content-length'] ?? 0) > limit) {
      refuse();
      return;
    }
    request.on('data', collect);
    request.on('end', () => {
      const [first] = chunks;
      resolve(chunks.length === 1 && first ? first.toString() : Buffer.concat(chunks).toString());
    });
    request.on('error', () => reject(new DomainError('invalid', 'The request ended before its body did.')));
  });
}

/**
 * Reads what is left of a body and drops it: a client that is still sending reads its answer only afterwards. From one
 * that does not end, the connection is taken.
 */
export async function dropBody(request: IncomingMessage): Promise<void> {
  if (request.complete) return;
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxDroppedBytes) request.destroy();
  });
  await new Promise((resolve) => request.once('close', resolve).once('end', resolve));
}

/** The body as it is, or what is to be stored of it, is beyond what can be taken. */
export const tooLarge = (detail: string): DomainError =>
  new DomainError('too_large', detail, { problems: [{ field: 'body', code: 'too_large', detail }] });

function notJson(type: string): DomainError {
  const detail = `application/json, not ${type}`;
  return new DomainError('invalid', `The content-type is to be ${detail}.`, {
    problems: [{ field: 'content-type', code: 'invalid_type', detail }],
  });
}

/** Throws `invalid` when `text` is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DomainError('invalid', 'The body is not valid JSON.', {
      cause,
      problems: [{ field: 'body', code: 'invalid_json', detail: (cause as SyntaxError).message }],
    });
  }
}
