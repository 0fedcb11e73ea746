import { randomUUID } from 'node:crypto';

let lastMs = -1;
let prefix = '';

/** A UUID v7: the time in front of a random UUID's own random bits. */
export function newId(nowMs: number): string {
  if (nowMs !== lastMs) {
    const hex = nowMs.toString(16).padStart(12, '0');
    prefix = `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
    lastMs = nowMs;
  }
  return prefix + randomUUID().slice(15);
}

/** When an id was made. */
export const timeOfId = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
