import type { Message } from '@foretell/core/contracts/messages';
import { DomainError } from '@foretell/core/domain/errors';
import type { Logger } from '@foretell/core/node/logger';
import { dispatch, parseMessage } from './dispatch.ts';
import type { Handlers } from './handler.ts';

export interface DeliveryDeps {
  handlers: Handlers;
  logger: Logger;
  /** Called once a message is on the dead-letter queue for good: whoever waits for its job must hear of it. */
  onGivenUp: (message: Message, error: Error) => Promise<void>;
}

export interface DeliveryRules {
  /** Of a body, or `invalid`. @default an envelope of ours */
  parse?: ((body: string) => Message) | undefined;
  /** The queue's own maxReceiveCount: after this many failures a message is given up. */
  maxReceives: number;
  /** Seconds until a failed message comes again, by its error and how often it was received. */
  backOffSeconds: (receives: number, error: Error) => number;
}

/** A message as it was delivered, by whichever door. */
export interface Delivery {
  body: string;
  /** How often it was received, this time included. */
  receives: number;
  /** Puts it on the dead-letter queue as it is. */
  toDeadLetters: (code: string, reason: string) => Promise<void>;
}

/** What becomes of a delivery. `interrupted`: the process drains, and the message is another's. */
export type Delivered =
  { kind: 'done' } | { kind: 'interrupted' } | { kind: 'again'; afterSeconds: number; error: Error };

const errorOf = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

/** Gives a delivery to the handler of its type; see `Handler` for what its errors mean. */
export async function handleDelivery(
  { body, receives, toDeadLetters }: Delivery,
  { parse = parseMessage, maxReceives, backOffSeconds }: DeliveryRules,
  { handlers, logger, onGivenUp }: DeliveryDeps,
  signal: AbortSignal,
): Promise<Delivered> {
  let message: Message | null = null;
  try {
    message = parse(body);
    const { id, type } = message;
    await dispatch(handlers, message, { signal, logger: logger.child({ id, type }) });
    return { kind: 'done' };
  } catch (thrown) {
    const error = errorOf(thrown);
    if (signal.aborted) return { kind: 'interrupted' };
    const { id, type } = message ?? {};
    const hopeless = error instanceof DomainError && error.code === 'invalid';
    if (hopeless || receives >= maxReceives) {
      await toDeadLetters(error instanceof DomainError ? error.code : 'failed', error.message);
      logger.error({ err: error, id, type }, 'message moved to the dead letters');
      if (message) await onGivenUp(message, error);
      return { kind: 'done' };
    }
    const afterSeconds = backOffSeconds(receives, error);
    logger.warn({ err: error, id, type, receives, seconds: afterSeconds }, 'message failed, it comes again');
    return { kind: 'again', afterSeconds, error };
  }
}
