import { equalWorlds, falseVerdicts, sampleRatioAlarms } from './error-rates.ts';
import { powerOf } from './power.ts';
import { conversions } from './worlds.ts';

/** The benchmark `experiments` at a smaller size; every draw is seeded, so that the figures are the same each time. */

const worlds = equalWorlds.map((world) => [world.name, world] as const);

test.each(worlds)(
  'equal groups looked at every 100 units: at most 5 %% false verdicts, %s',
  (_, world) => {
    const trials = world.horizon > 200_000 ? 60 : 150;
    const { falseVerdicts: ours } = falseVerdicts(world, trials, 11);
    expect(ours).toBeLessThanOrEqual(0.05);
  },
  120_000,
);

test('the same simulation finds the error of those who peek at a z-test', () => {
  const { naiveFalseVerdicts } = falseVerdicts(conversions(0.2), 150, 11);
  expect(naiveFalseVerdicts).toBeGreaterThan(0.25);
});

test('a right split raises no alarm, one of 52 to 48 does', () => {
  expect(sampleRatioAlarms(0.5, 500, 20_000, 3).alarms).toBeLessThanOrEqual(0.001);
  expect(sampleRatioAlarms(0.52, 40, 50_000, 4).alarms).toBe(1);
});

test('a real effect is found, the right way round, in at most twice the units of the test that knows it', () => {
  const { found, wrongWinner, medianUnits, fixedUnits } = powerOf({ rate: 0.2, lift: 0.03 }, 60, 5);
  expect(found).toBe(1);
  expect(wrongWinner).toBe(0);
  expect(medianUnits).toBeLessThan(2 * fixedUnits);
});
