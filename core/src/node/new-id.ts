import { v7 } from 'uuid';

/** A UUID v7: later ids sort after earlier ones. */
export const newId = (): string => v7();
