import type { Socket } from 'node:net';

/** More than the database was given: the way there and back, and what is done with an answer before the next is asked for. */
const graceSeconds = 600;

/**
 * Breaks a connection on which nothing was `heard` for longer than the database may take. The limit that the server was told
 * ends nothing when the server is gone, or does not keep to it.
 */
export function breakWhenSilent(socket: Socket, timeoutSeconds: number) {
  const timer = setTimeout(() => socket.destroy(), (timeoutSeconds + graceSeconds) * 1000);
  return { heard: () => void timer.refresh(), stop: () => clearTimeout(timer) };
}
