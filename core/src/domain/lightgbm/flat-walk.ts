import { goesLeft } from './decide.ts';
import type { ParsedModel } from './parse-model.ts';
import type { Tree } from './parse-tree.ts';

/** Adds every tree's leaf for `vector` to `out`, in boosting order: the sum is LightGBM's own, bit by bit. */
export type Scorer = (vector: Float64Array, out: Float64Array) => void;

/** Node by node from each root: any number of leaves. The reference that the leaf masks are tested against. */
export function createFlatWalk({ trees, outputs }: ParsedModel): Scorer {
  return (vector, out) => {
    out.fill(0);
    trees.forEach((tree, index) => {
      const output = index % outputs;
      out[output] = (out[output] ?? 0) + (tree.leaves[leafOf(tree, vector)] ?? 0);
    });
  };
}

export function leafOf(tree: Tree, vector: Float64Array): number {
  let at = tree.nodes.length === 0 ? ~0 : 0;
  while (at >= 0) {
    const node = tree.nodes[at];
    if (!node) throw new RangeError(`there is no node ${at}`);
    at = goesLeft(node, vector[node.feature] ?? NaN) ? node.left : node.right;
  }
  return ~at;
}
