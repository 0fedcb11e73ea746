import { anyMessage, type Message, type MessageType } from '@foretell/core/contracts/messages';
import { DomainError } from '@foretell/core/domain/errors';
import { invalidInput } from '@foretell/core/node/problem';
import type { Handler, HandlerContext, Handlers } from './handler.ts';

/** The envelope and payload of a message's body, or `invalid`. */
export function parseMessage(body: string): Message {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    throw new DomainError('invalid', 'The message is not JSON.', { cause: error });
  }
  const result = anyMessage.safeParse(json);
  if (!result.success) throw invalidInput(result.error, 'message');
  return result.data;
}

/** Gives a message to the handler of its type. */
export function dispatch<T extends MessageType>(
  handlers: Handlers,
  message: Message<T>,
  context: HandlerContext,
): Promise<void> {
  // A handler and its message share their type, which TypeScript cannot follow through the record.
  const handle = handlers[message.type] as unknown as Handler<T>;
  return handle(message, context);
}
