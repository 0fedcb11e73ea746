import { connect } from 'node:net';

export interface RawAnswers {
  statuses: number[];
  text: string;
}

/** Writes the bytes as they are, and answers what came back by the time the server hung up. */
export function sendRaw(url: string, bytes: string, then?: 'then ends'): Promise<RawAnswers> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    // A server that hangs up on bytes it has not read resets the connection.
    socket.on('error', (error) => {
      if (text === '') reject(error);
    });
    socket.on('close', () => {
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
      resolve({ statuses, text });
    });
    socket.write(bytes, 'latin1');
    if (then) socket.end();
  });
}

/** One request as text; a header given twice is sent twice. */
export function rawRequest(path: string, headers: readonly [string, string][], body: string): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nhost: api\r\n${lines.join('')}\r\n${body}`;
}
