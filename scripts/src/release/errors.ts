/** Why a release ended, each with an exit code of its own. docs/releases.md says what to do about it. */
export const exitCodes = {
  done: 0,
  unexpected: 1,
  usage: 2,
  refused: 3,
  locked: 4,
  image: 5,
  migration: 6,
  'rolled-back-by-ecs': 7,
  unhealthy: 8,
  smoke: 9,
  alarm: 10,
  'traffic-moved-by-hand': 11,
  'lock-lost': 12,
  interrupted: 130,
} as const;
export type EndCode = keyof typeof exitCodes;

/** An end that is expected: its message says what is so, and what to do. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError';
  readonly code: EndCode;

  constructor(code: EndCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
