import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const line = z.object({
  level: z.enum(['warn', 'error', 'fatal']),
  msg: z.string().default(''),
  err: z.object({ message: z.string() }).optional(),
});
const shown = 3;
const mostLength = 300;

function troubleIn(text: string): string | null {
  try {
    const { level, msg, err } = line.parse(JSON.parse(text));
    return `${level} ${msg}${err ? `: ${err.message.replaceAll(/\s+/g, ' ')}` : ''}`.slice(0, mostLength);
  } catch {
    // Of another level, or written by a program that does not log as ours do.
    return /error|traceback|exception/i.test(text) && !text.startsWith('{')
      ? text.slice(0, mostLength)
      : null;
  }
}

/** The last things that the programs of a platform complained of in their logs: for the message of a test that fails. */
export function loggedTrouble(dataDir: string): string[] {
  const logs = join(dataDir, 'logs');
  return readdirSync(logs).flatMap((file) =>
    readFileSync(join(logs, file), 'utf8')
      .split('\n')
      .flatMap((text) => troubleIn(text) ?? [])
      .slice(-shown)
      .map((trouble) => `${file}: ${trouble}`),
  );
}
