import type { Node, NumberNode } from './parse-tree.ts';

/** LightGBM's kZeroThreshold, a float32: values this near to zero are "zero" where zero means missing. */
const zeroWithin = Math.fround(1e-35);

export const isZero = (value: number): boolean => value >= -zeroWithin && value <= zeroWithin;

/** Which way LightGBM sends `value` at `node`. */
export function goesLeft(node: Node, value: number): boolean {
  if (node.kind === 'category') return categoryGoesLeft(node.bits, value);
  if (isMissing(node, value)) return node.defaultLeft;
  return (Number.isNaN(value) ? 0 : value) <= node.threshold;
}

/** NaN counts as 0 unless NaN itself is what means missing. */
export function isMissing(node: NumberNode, value: number): boolean {
  if (node.missing === 'nan') return Number.isNaN(value);
  return node.missing === 'zero' && (Number.isNaN(value) || isZero(value));
}

/** Truncated to an integer; NaN, negatives and unseen categories go right. */
function categoryGoesLeft(bits: Uint32Array, value: number): boolean {
  const category = Math.trunc(value);
  if (!(category >= 0 && category < bits.length * 32)) return false;
  return (((bits[category >>> 5] ?? 0) >>> (category & 31)) & 1) === 1;
}
