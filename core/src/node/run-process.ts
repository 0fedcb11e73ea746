import type { Logger } from './logger.ts';

export interface Running {
  /** Stops taking work, finishes what was taken, closes in reverse order of opening. */
  close: () => Promise<void>;
}

/**
 * Runs a composition root: a failed start exits 1; SIGTERM or SIGINT drains and exits 0; a drain that outlasts
 * `drainMs` exits 1, so that a supervisor never waits forever.
 */
export async function runProcess(
  logger: Logger,
  start: () => Promise<Running>,
  drainMs = 25_000,
): Promise<void> {
  let running: Running;
  try {
    running = await start();
  } catch (error) {
    logger.fatal({ err: error }, 'could not start');
    process.exitCode = 1;
    logger.flush();
    process.exit(1);
  }
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'draining');
    const timer = setTimeout(() => {
      logger.error({ drainMs }, 'did not drain in time');
      process.exit(1);
    }, drainMs);
    timer.unref();
    running.close().then(
      () => {
        logger.info('drained');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'could not drain');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
