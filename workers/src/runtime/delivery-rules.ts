import { DomainError } from '@foretell/core/domain/errors';
import type { DeliveryRules } from './handle-delivery.ts';

const longestBackOffSeconds = 900;

/**
 * What is unavailable may be down for some minutes: 5 s, 20 s, 80 s, 320 s. What failed for a reason of its own will most
 * likely fail again, and somebody waits for its job: 1 s, 2 s, 4 s, 8 s.
 */
function backOffSeconds(receives: number, error: Error): number {
  const isDown = error instanceof DomainError && error.code === 'unavailable';
  const seconds = isDown ? 5 * 4 ** (receives - 1) : 2 ** (receives - 1);
  return Math.min(seconds, longestBackOffSeconds);
}

/** Of every queue, whichever door its messages come by. `maxReceives` is the queues' own maxReceiveCount. */
export const deliveryRules = { maxReceives: 5, backOffSeconds } satisfies DeliveryRules;
