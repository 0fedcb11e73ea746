/** A part of the keys of what one delivery of a message writes: two deliveries at once write side by side. */
export const newAttempt = (): string => crypto.randomUUID().slice(0, 8);
