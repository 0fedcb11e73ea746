import { Writable } from 'node:stream';
import { createLogger } from './logger.ts';

test('of an error its words are logged, not what a driver hangs on it', () => {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const cause = Object.assign(new Error('connection lost'), {
    sql: "SELECT 'anna@example.com'",
    code: 'ECONNRESET',
  });
  const error = Object.assign(new Error('query failed', { cause }), {
    parameters: ['anna@example.com', 'hash'],
  });
  createLogger('test', 'info', sink).error({ err: error }, 'it failed');
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('anna@example.com');
  expect(JSON.parse(lines[0]!)).toMatchObject({
    err: { message: 'query failed', cause: { code: 'ECONNRESET' } },
  });
});
