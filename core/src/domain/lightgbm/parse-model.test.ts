import { readFixture } from './fixtures/read-fixture.ts';
import { parseModel } from './parse-model.ts';

const text = readFixture('binary-missing').model;
const constant = readFixture('constant').model;

test('a model that is cut off anywhere is refused', () => {
  for (const share of [0, 0.1, 0.5, 0.9, 0.99])
    expect(() => parseModel(text.slice(0, Math.floor(text.length * share)))).toThrow('cannot be used');
});

test.each([
  ['feature_names=', 'feature_names=extra ', 'max_feature_idx'],
  ['objective=binary sigmoid:1', 'objective=poisson', '"poisson"'],
  ['objective=binary sigmoid:1', 'objective=regression sqrt', 'sqrt'],
  ['is_linear=0', 'is_linear=1', 'linear'],
  ['num_tree_per_iteration=1', 'num_tree_per_iteration=7', 'trees are missing'],
  ['left_child=', 'left_child=0 ', 'left_child'],
  ['left_child=2', 'left_child=0', 'not a tree'],
  ['left_child=2', 'left_child=99', 'not a tree'],
  ['split_feature=', 'split_feature=77 ', 'split_feature'],
  ['leaf_value=', 'leaf_value=x ', '"x" is not a number'],
  ['version=v4', 'version=v4\naverage_output', 'averaged'],
])('a model with %s changed to %s is refused', (from, to, reason) => {
  expect(text.includes(from)).toBe(true);
  expect(() => parseModel(text.replace(from, to))).toThrow(reason);
});

test('a model whose trees are single leaves is read', () => {
  expect(parseModel(constant).trees.every((tree) => tree.nodes.length === 0)).toBe(true);
});

test('infinite thresholds are read as infinities', () => {
  const infinite = text.replace(/threshold=\S+ \S+/, 'threshold=inf -inf');
  const [first, second] = parseModel(infinite).trees[0]!.nodes;
  expect(first).toMatchObject({ threshold: Infinity });
  expect(second).toMatchObject({ threshold: -Infinity });
});
