import { createEvaluator, evaluatorOf } from './evaluator.ts';
import { createFlatWalk } from './flat-walk.ts';
import { fixtureNames, readFixture, toVector } from './fixtures/read-fixture.ts';
import { createLeafMasks } from './leaf-masks.ts';
import { parseModel, type ParsedModel } from './parse-model.ts';
import { verifyEvaluator } from './verify.ts';

const specials = [NaN, Infinity, -Infinity, 1e9, -1e9, 0, -0, 1e-36, -1e-36, 1e300, -0.5, 31, 32, 41];

test.each(fixtureNames)('%s scores every row bit by bit as LightGBM does', (name) => {
  const fixture = readFixture(name);
  const evaluator = createEvaluator(fixture.model);
  const out = new Float64Array(evaluator.outputs);
  const scores = fixture.rows.map((row) => {
    evaluator.raw(toVector(row), out);
    return [...out];
  });
  expect(scores).toEqual(fixture.raw);
});

test.each(fixtureNames)('%s turns scores into predictions as LightGBM does', (name) => {
  const fixture = readFixture(name);
  const evaluator = createEvaluator(fixture.model);
  const out = new Float64Array(evaluator.outputs);
  fixture.rows.forEach((row, r) => {
    evaluator.predict(toVector(row), out);
    out.forEach((value, i) => expect(value).toBeCloseTo(fixture.predicted[r]![i]!, 14));
  });
});

test.each(fixtureNames.filter((name) => name !== 'many-leaves'))(
  '%s scores the same by masks and by walking, on values at and around every threshold',
  (name) => {
    const model = parseModel(readFixture(name).model);
    const masks = createLeafMasks(model)!;
    const walk = createFlatWalk(model);
    const [left, right] = [new Float64Array(model.outputs), new Float64Array(model.outputs)];
    const random = seeded(1);
    const candidates = interestingValues(model);
    for (let round = 0; round < 3000; round++) {
      const vector = Float64Array.from(candidates, (values) => values[Math.floor(random() * values.length)]!);
      masks(vector, left);
      walk(vector, right);
      expect([...left]).toEqual([...right]);
    }
  },
);

test('a model with more than 32 leaves a tree is walked', () => {
  expect(createEvaluator(readFixture('many-leaves').model).method).toBe('walk');
  expect(createEvaluator(readFixture('binary-steep').model).method).toBe('masks');
});

test('the check rows of the trainer are accepted, and any other score is refused', () => {
  const { inputs, rows, raw, model } = readFixture('multiclass');
  const evaluator = createEvaluator(model);
  verifyEvaluator(evaluator, { inputs, rows, raw });
  const wrong = raw.map((scores, r) => scores.map((score, i) => (r === 7 && i === 2 ? score + 1e-9 : score)));
  expect(() => verifyEvaluator(evaluator, { inputs, rows, raw: wrong })).toThrow('check row 7');
  expect(() => verifyEvaluator(evaluator, { inputs, rows: [], raw: [] })).toThrow('check rows are missing');
});

test('a model in which one leaf differs is refused', () => {
  const { inputs, rows, raw, model } = readFixture('binary-missing');
  const parsed = parseModel(model);
  parsed.trees[3]!.leaves[2]! += 1e-6;
  expect(() => verifyEvaluator(evaluatorOf(parsed), { inputs, rows, raw })).toThrow('at the trainer');
});

function interestingValues(model: ParsedModel): number[][] {
  const values = model.inputs.map(() => [...specials]);
  for (const node of model.trees.flatMap((tree) => tree.nodes)) {
    if (node.kind === 'category') values[node.feature]!.push(...Array.from({ length: 64 }, (_, i) => i));
    else values[node.feature]!.push(node.threshold, node.threshold + 1e-9, node.threshold - 1e-9);
  }
  return values;
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
