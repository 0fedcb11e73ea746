import type { Socket } from 'node:net';
import { breakWhenSilent } from './break-when-silent.ts';
import type { SessionOptions } from './warehouse-session.ts';

/** Breaks a connection when its session is aborted or its server falls silent; tells what fails on it by `inWords`. */
export function guardConnection(
  socket: Socket,
  { timeoutSeconds, signal }: Pick<SessionOptions, 'timeoutSeconds' | 'signal'>,
  inWords: (error: unknown) => unknown,
) {
  const abort = () => socket.destroy();
  signal.addEventListener('abort', abort);
  const { heard, stop } = breakWhenSilent(socket, timeoutSeconds);

  /** Does what the server is waited for in. Throws the abort's own reason once there is one. */
  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      signal.throwIfAborted();
      heard();
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw inWords(error);
    }
  }
  /** The session is at its end: its connection is its own matter again. */
  const leave = () => {
    signal.removeEventListener('abort', abort);
    stop();
  };
  return { heard, attempt, leave };
}
