import type { Scorer } from './flat-walk.ts';
import { buildTables, maxMaskedLeaves, rowOf, type FeatureTable } from './leaf-mask-tables.ts';
import type { ParsedModel } from './parse-model.ts';

/** Beyond this the tables leave the processor's caches, and walking the trees costs no more. */
const maxTableBytes = 64 * 1024 ** 2;

/**
 * Evaluates by leaf masks (after QuickScorer, Lucchese et al., SIGIR 2015): for each feature, find the row of its
 * table; AND the rows over the features; the one bit left of a tree's word is its leaf. Null when the trees do not fit.
 */
export function createLeafMasks({ trees, outputs }: ParsedModel): Scorer | null {
  const tables = buildTables(trees, maxTableBytes);
  if (!tables) return null;
  const leaves = new Float64Array(trees.length * maxMaskedLeaves);
  trees.forEach((tree, index) => leaves.set(tree.leaves, index * maxMaskedLeaves));
  const start = Int32Array.from(trees, (tree) =>
    tree.leaves.length === 32 ? -1 : (1 << tree.leaves.length) - 1,
  );
  const alive = new Int32Array(trees.length);
  const sum = outputs === 1 ? sumOne : sumMany;
  return (vector, out) => {
    alive.set(start);
    for (const table of tables) narrow(alive, table, vector[table.feature] ?? NaN);
    sum(alive, leaves, out);
  };
}

function narrow(alive: Int32Array, table: FeatureTable, value: number): void {
  const { trees, columns, masks } = table;
  const row = rowOf(table, value) * columns;
  if (!trees) {
    for (let i = 0; i < columns; i++) alive[i] = (alive[i] as number) & (masks[row + i] as number);
    return;
  }
  for (let i = 0; i < columns; i++) {
    const tree = trees[i] as number;
    alive[tree] = (alive[tree] as number) & (masks[row + i] as number);
  }
}

const leafValue = (leaves: Float64Array, tree: number, mask: number): number =>
  leaves[tree * maxMaskedLeaves + (31 - Math.clz32(mask))] as number;

function sumOne(alive: Int32Array, leaves: Float64Array, out: Float64Array): void {
  let score = 0;
  for (let tree = 0; tree < alive.length; tree++) score += leafValue(leaves, tree, alive[tree] as number);
  out[0] = score;
}

function sumMany(alive: Int32Array, leaves: Float64Array, out: Float64Array): void {
  out.fill(0);
  for (let tree = 0; tree < alive.length; tree++) {
    const output = tree % out.length;
    out[output] = (out[output] as number) + leafValue(leaves, tree, alive[tree] as number);
  }
}
