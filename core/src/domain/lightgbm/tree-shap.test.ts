import { fixtureNames, readFixture, toVector } from './fixtures/read-fixture.ts';
import { parseModel } from './parse-model.ts';
import { explain } from './tree-shap.ts';

test.each(fixtureNames)('%s is explained as LightGBM explains it', (name) => {
  const fixture = readFixture(name);
  const model = parseModel(fixture.model);
  const width = model.inputs.length + 1;
  fixture.contributions.forEach((expected, row) => {
    for (let output = 0; output < model.outputs; output++) {
      const { base, contributions } = explain(model, toVector(fixture.rows[row]!), output);
      const scale = Math.max(1, ...expected.map(Math.abs));
      [...contributions, base].forEach((value, i) =>
        expect(value / scale).toBeCloseTo(expected[output * width + i]! / scale, 10),
      );
    }
  });
});

test.each(fixtureNames)('the contributions of %s add up to the raw score', (name) => {
  const fixture = readFixture(name);
  const model = parseModel(fixture.model);
  fixture.rows.forEach((row, r) => {
    for (let output = 0; output < model.outputs; output++) {
      const { base, contributions } = explain(model, toVector(row), output);
      const score = fixture.raw[r]![output]!;
      const sum = contributions.reduce((total, value) => total + value, base);
      expect(sum / Math.max(1, Math.abs(score))).toBeCloseTo(score / Math.max(1, Math.abs(score)), 10);
    }
  });
});
