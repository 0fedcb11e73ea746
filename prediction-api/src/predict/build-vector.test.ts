import { planInputs } from '../model-store/model-inputs.ts';
import { sampleCard } from '../testing/sample-model.ts';
import { buildVector } from './build-vector.ts';

test('a feature that the model does not have is answered by those that a request sends, others by their count', () => {
  const plan = planInputs(sampleCard('m', 1), null);
  const build = () => buildVector(plan, { entity: 'ATL', features: { distanse: 1 } }, null, 0);
  const detail =
    'not a feature of the model; it is sent date, distance, destination, carrier (3 others are filled in by themselves)';
  expect(build).toThrow(
    expect.objectContaining({ problems: [{ field: 'features.distanse', code: 'unknown_feature', detail }] }),
  );
});
