import type { ExperimentHealth, ExperimentLook } from '@foretell/core/contracts/experiments';
import { healthChecks } from './health-checks.ts';

const look = (health: Partial<ExperimentHealth> = {}): ExperimentLook => ({
  n: 1,
  at: '2026-01-01T00:00:00.000Z',
  units: { model: 60, fallback: 40 },
  metrics: [],
  health: {
    sampleRatioE: 1,
    sampleRatioAlarm: false,
    unitsInBothGroups: 0,
    eventsWithoutExposure: 0,
    ...health,
  },
});
const levels = (health: Partial<ExperimentHealth>) =>
  healthChecks(look(health), 0.5).map(({ level }) => level);

test('a healthy experiment has nothing but good checks', () => {
  const alike = { metric: 'm', estimate: 0, low: -1, high: 1, alarm: false };
  expect(levels({ preExposure: [alike], lateEvents: 0, missingData: [] })).toEqual(['ok', 'ok', 'ok']);
});

test('what makes the figures wrong comes first, what one must know after it', () => {
  const apart = { metric: 'bought', estimate: 2, low: 1, high: 3, alarm: true };
  const checks = healthChecks(
    look({
      sampleRatioAlarm: true,
      unitsInWrongGroup: 3,
      preExposure: [apart],
      lateEvents: 7,
      eventsWithoutExposure: 2,
      missingData: [{ metric: 'spent', detail: 'no event has come' }],
    }),
    0.5,
  );
  expect(checks.map(({ level }) => level)).toEqual(['bad', 'bad', 'bad', 'warn', 'warn', 'warn', 'ok']);
  expect(checks[0]?.text).toMatch(/60\.0 % and 40\.0 %; meant: 50 % and 50 %\): the groups are not split/);
  expect(checks.map(({ text }) => text).join('\n')).toMatch(/bought before the experiment touched them/);
});

test('before the first prediction nothing is said of a split', () => {
  const [first] = healthChecks({ ...look(), units: { model: 0, fallback: 0 } }, 0.5);
  expect(first).toEqual({ level: 'warn', text: 'No unit has got a prediction since the start.' });
});
