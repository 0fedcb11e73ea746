import { pino, type Logger, type DestinationStream } from 'pino';

export type { Logger } from 'pino';

/** One JSON line an event. `error` means that somebody must act. Keys and tokens never reach a line. */
export function createLogger(process: string, level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { process },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: { paths: ['req.headers', '*.password', '*.token', '*.key', '*.secret'], censor: '[redacted]' },
  };
  return destination ? pino(options, destination) : pino(options);
}
