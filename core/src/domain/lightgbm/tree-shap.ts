import { goesLeft } from './decide.ts';
import type { ParsedModel } from './parse-model.ts';
import type { Node, Tree } from './parse-tree.ts';

/** Why a row scored what it did: `base` plus all contributions is its raw score. */
export interface Explanation {
  /** The raw score of the average training row. */
  base: number;
  /** One an input. */
  contributions: Float64Array;
}

/** One step of the path from the root: a feature, and the share of rows that pass it when it is not, or is, known. */
interface Step {
  feature: number;
  zero: number;
  one: number;
  weight: number;
}

/** Path-dependent TreeSHAP (Lundberg et al., 2018), as LightGBM's `pred_contrib`, for one output of the model. */
export function explain(
  { trees, outputs, inputs }: ParsedModel,
  vector: Float64Array,
  output: number,
): Explanation {
  const contributions = new Float64Array(inputs.length);
  let base = 0;
  trees.forEach((tree, index) => {
    if (index % outputs !== output) return;
    base += expectedValue(tree);
    if (tree.nodes.length > 0)
      descend({ tree, vector, contributions }, 0, [], { feature: -1, zero: 1, one: 1 });
  });
  return { base, contributions };
}

function expectedValue({ nodes, leaves, leafRows }: Tree): number {
  const rows = nodes[0]?.rows;
  if (rows === undefined) return leaves[0] ?? 0;
  return leaves.reduce((sum, value, leaf) => sum + (value * (leafRows[leaf] ?? 0)) / rows, 0);
}

interface Walk {
  tree: Tree;
  vector: Float64Array;
  contributions: Float64Array;
}

function descend(walk: Walk, at: number, before: readonly Step[], step: Omit<Step, 'weight'>): void {
  const path = extend(before, step);
  const node = walk.tree.nodes[at];
  if (at < 0 || !node) {
    credit(walk, path, walk.tree.leaves[~at] ?? 0);
    return;
  }
  const seen = path.findIndex(({ feature }, i) => i > 0 && feature === node.feature);
  const { zero, one } = path[seen] ?? { zero: 1, one: 1 };
  const rest = seen < 0 ? path : unwind(path, seen);
  const [hot, cold] = branches(node, walk.vector);
  const share = (child: number) => rowsAt(walk.tree, child) / node.rows;
  descend(walk, hot, rest, { feature: node.feature, zero: zero * share(hot), one });
  descend(walk, cold, rest, { feature: node.feature, zero: zero * share(cold), one: 0 });
}

const branches = (node: Node, vector: Float64Array): [hot: number, cold: number] =>
  goesLeft(node, vector[node.feature] ?? NaN) ? [node.left, node.right] : [node.right, node.left];

const rowsAt = ({ nodes, leafRows }: Tree, child: number): number =>
  (child < 0 ? leafRows[~child] : nodes[child]?.rows) ?? 0;

function credit({ contributions }: Walk, path: readonly Step[], value: number): void {
  for (let i = 1; i < path.length; i++) {
    const { feature, zero, one } = path[i] as Step;
    const weight = unwind(path, i).reduce((sum, step) => sum + step.weight, 0);
    contributions[feature] = (contributions[feature] ?? 0) + weight * (one - zero) * value;
  }
}

/** The path one step longer, each weight the share of feature subsets of its size that come by. */
function extend(path: readonly Step[], { feature, zero, one }: Omit<Step, 'weight'>): Step[] {
  const length = path.length;
  const longer = path.map((step) => ({ ...step }));
  longer.push({ feature, zero, one, weight: length === 0 ? 1 : 0 });
  for (let i = length - 1; i >= 0; i--) {
    const step = longer[i] as Step;
    const next = longer[i + 1] as Step;
    next.weight += (one * step.weight * (i + 1)) / (length + 1);
    step.weight = (zero * step.weight * (length - i)) / (length + 1);
  }
  return longer;
}

/** Undoes `extend` for the step at `index`. */
function unwind(path: readonly Step[], index: number): Step[] {
  const last = path.length - 1;
  const { zero, one } = path[index] as Step;
  const shorter = path.map((step) => ({ ...step }));
  let next = (path[last] as Step).weight;
  for (let i = last - 1; i >= 0; i--) {
    const step = shorter[i] as Step;
    if (one === 0) step.weight = (step.weight * (last + 1)) / (zero * (last - i));
    else {
      const weight = step.weight;
      step.weight = (next * (last + 1)) / ((i + 1) * one);
      next = weight - (step.weight * zero * (last - i)) / (last + 1);
    }
  }
  for (let i = index; i < last; i++) {
    const { feature, zero: nextZero, one: nextOne } = shorter[i + 1] as Step;
    Object.assign(shorter[i] as Step, { feature, zero: nextZero, one: nextOne });
  }
  return shorter.slice(0, last);
}
