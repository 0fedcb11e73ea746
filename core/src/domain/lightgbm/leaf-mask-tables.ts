import { goesLeft, isZero } from './decide.ts';
import type { Node, Tree } from './parse-tree.ts';

/** A leaf is a bit of a 32-bit word. */
export const maxMaskedLeaves = 32;

/**
 * One feature's table: a row for every way a value can fall, a column for each tree that uses the feature (for every tree
 * where most do: that saves looking up which), in a cell the leaves that survive. Rows of a number: the intervals (…, t0], (t0, t1], … (tm, …), then NaN, then zero where
 * zero means missing. Rows of a category: each code, then everything else.
 */
export interface FeatureTable {
  feature: number;
  /** The trees of the columns; null: all of them, in order. */
  trees: Int32Array | null;
  columns: number;
  masks: Int32Array;
  /** Ascending, distinct; null for a category. */
  thresholds: Float64Array | null;
  /** The row of NaN; for a category, of every code without a row. */
  otherRow: number;
  /** The row of zero where zero means missing, else -1. */
  zeroRow: number;
}

interface Split {
  node: Node;
  tree: number;
  /** The leaves that survive when a row goes left, or right. */
  ifLeft: number;
  ifRight: number;
}

/** Null when the trees cannot be masked: too many leaves, or a feature that is split in two different ways. */
export function buildTables(trees: readonly Tree[], maxBytes: number): FeatureTable[] | null {
  if (trees.some((tree) => tree.leaves.length > maxMaskedLeaves)) return null;
  const byFeature = Map.groupBy(trees.flatMap(splitsOf), (split) => split.node.feature);
  const tables: FeatureTable[] = [];
  let bytes = 0;
  for (const [feature, splits] of byFeature) {
    if (new Set(splits.map(({ node }) => (node.kind === 'number' ? node.missing : 'category'))).size > 1)
      return null;
    const layout = rowsOf(splits);
    const using = new Set(splits.map((split) => split.tree));
    const isDense = using.size * 2 > trees.length;
    const columns = isDense ? trees.map((_, tree) => tree) : [...using];
    bytes += layout.rows * columns.length * Int32Array.BYTES_PER_ELEMENT;
    if (bytes > maxBytes) return null;
    const masks = fillMasks(splits, columns, layout);
    tables.push({
      feature,
      trees: isDense ? null : Int32Array.from(columns),
      columns: columns.length,
      masks,
      ...layout,
    });
  }
  return tables;
}

/** The row of `table` that `value` selects. */
export function rowOf(table: FeatureTable, value: number): number {
  const { thresholds, otherRow, zeroRow } = table;
  if (Number.isNaN(value)) return otherRow;
  if (!thresholds) {
    const category = Math.trunc(value);
    return category >= 0 && category < otherRow ? category : otherRow;
  }
  if (zeroRow >= 0 && isZero(value)) return zeroRow;
  let low = 0;
  let high = thresholds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((thresholds[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

type Layout = Pick<FeatureTable, 'thresholds' | 'otherRow' | 'zeroRow'> & { rows: number };

function rowsOf(splits: readonly Split[]): Layout {
  const nodes = splits.map((split) => split.node);
  const thresholds = nodes.flatMap((node) => (node.kind === 'number' ? [node.threshold] : []));
  if (thresholds.length === 0) {
    const codes = Math.max(...nodes.map((node) => (node.kind === 'category' ? node.bits.length * 32 : 0)));
    return { thresholds: null, otherRow: codes, zeroRow: -1, rows: codes + 1 };
  }
  const distinct = Float64Array.from(new Set(thresholds)).sort();
  const otherRow = distinct.length + 1;
  const zeroIsMissing = nodes.some((node) => node.kind === 'number' && node.missing === 'zero');
  return {
    thresholds: distinct,
    otherRow,
    zeroRow: zeroIsMissing ? otherRow + 1 : -1,
    rows: otherRow + (zeroIsMissing ? 2 : 1),
  };
}

function fillMasks(splits: readonly Split[], trees: readonly number[], layout: Layout): Int32Array {
  const masks = new Int32Array(layout.rows * trees.length).fill(-1);
  const column = new Map(trees.map((tree, index) => [tree, index]));
  for (const split of splits) {
    const at = column.get(split.tree) ?? 0;
    for (let row = 0; row < layout.rows; row++) {
      const cell = row * trees.length + at;
      masks[cell] =
        (masks[cell] as number) & (rowGoesLeft(split.node, row, layout) ? split.ifLeft : split.ifRight);
    }
  }
  return masks;
}

function rowGoesLeft(node: Node, row: number, { thresholds, otherRow, zeroRow }: Layout): boolean {
  if (row === otherRow) return goesLeft(node, NaN);
  if (row === zeroRow) return goesLeft(node, 0);
  if (node.kind === 'category') return goesLeft(node, row);
  return (thresholds?.[row] ?? Infinity) <= node.threshold && row < (thresholds?.length ?? 0);
}

function splitsOf(tree: Tree, index: number): Split[] {
  const all = tree.leaves.length === 32 ? -1 : (1 << tree.leaves.length) - 1;
  const under = leavesUnder(tree);
  const of = (child: number) => (child < 0 ? 1 << ~child : (under[child] ?? 0));
  return tree.nodes.map((node) => ({
    node,
    tree: index,
    ifLeft: all & ~of(node.right),
    ifRight: all & ~of(node.left),
  }));
}

/** The leaves under each node; children come after their parents, so one pass from the end does. */
function leavesUnder(tree: Tree): Int32Array {
  const under = new Int32Array(tree.nodes.length);
  for (let i = tree.nodes.length - 1; i >= 0; i--) {
    const node = tree.nodes[i];
    if (!node) continue;
    for (const child of [node.left, node.right])
      under[i] = (under[i] as number) | (child < 0 ? 1 << ~child : (under[child] as number));
  }
  return under;
}
