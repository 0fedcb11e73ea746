/**
 * Experiment assignment: a pure function of (seed, unit), equal on every replica and in SQL.
 * FNV-1a 32 applied twice, as GrowthBook's hash v2: applied once, parallel experiments depend on each other.
 */

const encoder = new TextEncoder();

/** 32-bit FNV-1a over the UTF-8 bytes of `text`. */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return fnv1a32Utf8(text);
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return hash >>> 0;
}

function fnv1a32Utf8(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** A number in [0, 1) in steps of 0.0001, repeatable for (seed, unit). */
export function bucket(seed: string, unit: string): number {
  return (fnv1a32(String(fnv1a32(seed + unit))) % 10000) / 10000;
}

export type Group = 'model' | 'fallback';

/** `split` is the share of units in group `model`, 0 to 1. */
export function assignGroup(seed: string, unit: string, split: number): Group {
  return bucket(seed, unit) < split ? 'model' : 'fallback';
}

/** The random fallback: one of `choices`, equally likely and repeatable for (seed, unit), independent of the group. */
export function randomChoice<T>(seed: string, unit: string, choices: readonly [T, ...T[]]): T {
  const index = Math.floor(bucket(`${seed}:value`, unit) * choices.length);
  return choices[index] ?? choices[0];
}
