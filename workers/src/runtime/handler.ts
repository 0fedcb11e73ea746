import type { Message, MessageType } from '@foretell/core/contracts/messages';
import type { Logger } from '@foretell/core/node/logger';

/** What a handler is given beside its message. `signal` aborts when the process drains past its grace. */
export interface HandlerContext {
  logger: Logger;
  signal: AbortSignal;
}

/**
 * Handles one message; resolving acknowledges it. Must be idempotent: a message can arrive again, whole, at any time.
 * A DomainError `invalid` sends it to the dead-letter queue at once; any other error lets SQS deliver it again.
 */
export type Handler<T extends MessageType> = (message: Message<T>, context: HandlerContext) => Promise<void>;

/** The handlers of a process, one a message type. */
export type Handlers = { [T in MessageType]: Handler<T> };
