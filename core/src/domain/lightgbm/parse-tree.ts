import { field, numbers, unusable, type Block } from './model-text.ts';

export type MissingType = 'none' | 'zero' | 'nan';
const missingTypes: readonly MissingType[] = ['none', 'zero', 'nan'];

interface BaseNode {
  feature: number;
  /** A node's index, or `~leaf`. Greater than the node's own when it is a node. */
  left: number;
  right: number;
  /** Training rows that came by. */
  rows: number;
}
export interface NumberNode extends BaseNode {
  kind: 'number';
  threshold: number;
  defaultLeft: boolean;
  missing: MissingType;
}
export interface CategoryNode extends BaseNode {
  kind: 'category';
  /** 32 categories a word; those set go left. */
  bits: Uint32Array;
}
export type Node = NumberNode | CategoryNode;

export interface Tree {
  /** Empty for a tree that is one leaf. */
  nodes: Node[];
  leaves: Float64Array;
  leafRows: Float64Array;
}

export function parseTree(block: Block, inputs: number): Tree {
  const leaves = Number(field(block, 'num_leaves'));
  if (!Number.isInteger(leaves) || leaves < 1) throw unusable('num_leaves is not a count');
  if (block.get('is_linear') === '1') throw unusable('linear leaves are not served');
  const values = Float64Array.from(numbers(block, 'leaf_value', leaves));
  if (leaves === 1) return { nodes: [], leaves: values, leafRows: new Float64Array(1) };
  const leafRows = Float64Array.from(numbers(block, 'leaf_count', leaves));
  const tree = { nodes: parseNodes(block, leaves - 1), leaves: values, leafRows };
  checkShape(tree, inputs);
  return tree;
}

function parseNodes(block: Block, count: number): Node[] {
  const column = (key: string) => numbers(block, key, count);
  const [features, thresholds, decisions] = [
    column('split_feature'),
    column('threshold'),
    column('decision_type'),
  ];
  const [lefts, rights, rows] = [column('left_child'), column('right_child'), column('internal_count')];
  const bitsets = parseBitsets(block);
  return features.map((feature, i): Node => {
    const base = { feature, left: lefts[i] ?? 0, right: rights[i] ?? 0, rows: rows[i] ?? 0 };
    const [threshold = 0, decision = 0] = [thresholds[i], decisions[i]];
    if ((decision & 1) === 0) {
      const missing = missingTypes[(decision >> 2) & 3];
      if (!missing) throw unusable('it has an unknown missing type');
      return { ...base, kind: 'number', threshold, defaultLeft: (decision & 2) !== 0, missing };
    }
    const bits = bitsets[threshold];
    if (!bits) throw unusable('a categorical split has no categories');
    return { ...base, kind: 'category', bits };
  });
}

function parseBitsets(block: Block): Uint32Array[] {
  const sets = Number(field(block, 'num_cat'));
  if (sets === 0) return [];
  const bounds = numbers(block, 'cat_boundaries', sets + 1);
  const words = Uint32Array.from(numbers(block, 'cat_threshold', bounds[sets] ?? 0));
  return bounds.slice(0, -1).map((start, i) => words.subarray(start, bounds[i + 1]));
}

/** Every node and leaf is reached exactly once, and every walk ends. */
function checkShape({ nodes, leaves }: Tree, inputs: number): void {
  const seen = new Set<number>();
  nodes.forEach((node, index) => {
    if (!Number.isInteger(node.feature) || node.feature < 0 || node.feature >= inputs)
      throw unusable(`a split is on feature ${node.feature}, which is not an input`);
    for (const child of [node.left, node.right]) {
      const inside = child >= 0 ? child > index && child < nodes.length : ~child < leaves.length;
      if (!Number.isInteger(child) || !inside || seen.has(child)) throw unusable('its nodes are not a tree');
      seen.add(child);
    }
  });
}
