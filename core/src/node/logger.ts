import { pino, type Logger, type DestinationStream } from 'pino';

export type { Logger } from 'pino';

/** Drivers hang statements, parameters and whole requests on their errors: of an error only these are written. */
function errorForLog(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code: unknown = 'code' in error ? error.code : undefined;
  return { type: name, message, code, stack, ...(cause === undefined ? {} : { cause: errorForLog(cause) }) };
}

/** One JSON line an event. `error` means that somebody must act. Keys and tokens never reach a line. */
export function createLogger(process: string, level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { process },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    serializers: { err: errorForLog },
    redact: { paths: ['req.headers', '*.password', '*.token', '*.key', '*.secret'], censor: '[redacted]' },
  };
  return destination ? pino(options, destination) : pino(options);
}
