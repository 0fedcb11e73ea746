import { field, splitBlocks, unusable, type Block } from './model-text.ts';
import { parseTree, type Tree } from './parse-tree.ts';

export type Link = 'identity' | 'sigmoid' | 'softmax';

/** A LightGBM model as its text says it. */
export interface ParsedModel {
  /** Feature names as LightGBM wrote them, in the order of the vector. */
  inputs: string[];
  /** Scores a row: 1, or one a class. */
  outputs: number;
  link: Link;
  /** The factor of the sigmoid (`sigmoid:1`). */
  steepness: number;
  /** In boosting order; tree i adds to output i modulo `outputs`. */
  trees: Tree[];
}

const linkOf = new Map<string, Link>([
  ['binary', 'sigmoid'],
  ['multiclass', 'softmax'],
  ['regression', 'identity'],
  ['regression_l1', 'identity'],
  ['huber', 'identity'],
  ['fair', 'identity'],
  ['quantile', 'identity'],
  ['mape', 'identity'],
]);

/** Throws `invalid` when the text is not a whole model, or is one whose predictions would differ here. */
export function parseModel(text: string): ParsedModel {
  const [header, ...blocks] = splitBlocks(text);
  if (!header) throw unusable('it is empty');
  const inputs = words(header, 'feature_names');
  if (inputs.length !== Number(field(header, 'max_feature_idx')) + 1)
    throw unusable('feature_names and max_feature_idx disagree');
  if (header.has('average_output')) throw unusable('averaged trees (random forests) are not served');
  const outputs = Number(field(header, 'num_tree_per_iteration'));
  if (!Number.isInteger(outputs) || outputs < 1) throw unusable('num_tree_per_iteration is not a count');
  const trees = blocks.map((block) => parseTree(block, inputs.length));
  if (trees.length !== words(header, 'tree_sizes').length || trees.length % outputs !== 0)
    throw unusable('trees are missing: the text is cut off');
  return { inputs, outputs, trees, ...parseObjective(field(header, 'objective')) };
}

function parseObjective(objective: string): { link: Link; steepness: number } {
  const [name = '', ...options] = objective.split(' ');
  const link = linkOf.get(name);
  if (!link || options.includes('sqrt')) throw unusable(`its objective "${objective}" is not served`);
  const sigmoid = options.find((option) => option.startsWith('sigmoid:'));
  return { link, steepness: sigmoid === undefined ? 1 : Number(sigmoid.slice('sigmoid:'.length)) };
}

const words = (block: Block, key: string) => field(block, key).split(' ').filter(Boolean);
