/** Of one round; bytes as they come, packed or not. */
export interface Figures extends Record<string, number> {
  rowsPerSecond: number;
  mbPerSecond: number;
  /** Of a processor. */
  microsPerRow: number;
}

/** Rounds by who was measured; whoever is measured beside a plain copy has it under `<name>: plain copy`. */
export type Rounds = Record<string, Figures[]>;

export const plainCopy = (name: string) => `${name}: plain copy`;
