import { v7 } from 'uuid';

/** A UUID v7: later ids sort after earlier ones. */
export const newId = (): string => v7();

const zeros = new Uint8Array(16);
/** The least id that can be made at `msecs` (since 1970): ids made before it sort before it. */
export const firstIdAt = (msecs: number): string => v7({ msecs, seq: 0, random: zeros });
