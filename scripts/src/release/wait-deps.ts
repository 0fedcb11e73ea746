import type { Ask } from './ask-over-http.ts';
import type { Aws } from './aws-calls.ts';

export interface WaitDeps {
  readonly aws: Aws;
  readonly ask: Ask;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  /** Between two looks. */
  readonly pollMs: number;
  /** What is not so by then is not waited for any longer. */
  readonly patienceMs: number;
  /** At every look: tells where it is at, and throws when the release may not go on. */
  readonly look: (detail: string) => Promise<void>;
}
