import { inPieces } from '../in-pieces.ts';
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
  const pieces = inPieces(
    tables.filter((table) => !table.trees),
    4,
  );
  const fours = pieces.filter(isFour);
  const rest = pieces.filter((piece) => !isFour(piece)).flat();
  const sparse = tables.flatMap((table) => (table.trees ? [{ ...table, trees: table.trees }] : []));
  const sum = outputs === 1 ? sumOne : sumMany;
  return (vector, out) => {
    alive.set(start);
    for (const four of fours) narrowByFour(alive, four, vector);
    for (const table of rest) narrow(alive, table, vector);
    for (const table of sparse) narrowSome(alive, table, vector);
    sum(alive, leaves, out);
  };
}

type Four = [FeatureTable, FeatureTable, FeatureTable, FeatureTable];
const isFour = (tables: FeatureTable[]): tables is Four => tables.length === 4;
type SparseTable = FeatureTable & { trees: Int32Array };

const cellsFrom = (table: FeatureTable, vector: Float64Array): number =>
  rowOf(table, vector[table.feature] ?? NaN) * table.columns;

/** In one pass of four features the words are read and written a quarter as often. */
function narrowByFour(alive: Int32Array, [a, b, c, d]: Four, vector: Float64Array): void {
  const [ofA, ofB, ofC, ofD] = [a.masks, b.masks, c.masks, d.masks];
  const atA = cellsFrom(a, vector);
  const atB = cellsFrom(b, vector);
  const atC = cellsFrom(c, vector);
  const atD = cellsFrom(d, vector);
  for (let i = 0; i < alive.length; i++)
    alive[i] =
      (alive[i] as number) &
      (ofA[atA + i] as number) &
      (ofB[atB + i] as number) &
      (ofC[atC + i] as number) &
      (ofD[atD + i] as number);
}

function narrow(alive: Int32Array, table: FeatureTable, vector: Float64Array): void {
  const { masks } = table;
  const at = cellsFrom(table, vector);
  for (let i = 0; i < alive.length; i++) alive[i] = (alive[i] as number) & (masks[at + i] as number);
}

/** A feature that few trees use. */
function narrowSome(alive: Int32Array, table: SparseTable, vector: Float64Array): void {
  const { masks, columns, trees } = table;
  const at = cellsFrom(table, vector);
  for (let i = 0; i < columns; i++) {
    const tree = trees[i] as number;
    alive[tree] = (alive[tree] as number) & (masks[at + i] as number);
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
