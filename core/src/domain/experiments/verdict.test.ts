import {
  experimentRules,
  metric,
  type ExperimentLook,
  type GroupSums,
  type Metric,
} from '../../contracts/experiments.ts';
import { conclude } from './conclude.ts';
import { alphaOf, metricResult } from './metric-result.ts';
import { judge, type ExperimentTerms } from './verdict.ts';

const dataset = '00000000-0000-7000-8000-000000000001';
const define = (name: string, more: Partial<Metric> = {}): Metric =>
  metric.parse({ name, kind: 'conversion', dataset, unitColumn: 'unit', ...more });
const converted = (n: number, sum: number): GroupSums => ({ n, sum, sumSquares: sum, conversions: sum });
const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString();

interface Case {
  metrics?: Metric[];
  /** By metric: converted of 5,000 in each group. */
  sums?: Record<string, [model: number, fallback: number]>;
  days?: number;
  rules?: object;
  alarm?: boolean;
}

function look({
  metrics = [define('bought')],
  sums = { bought: [900, 500] },
  days = 8,
  rules = {},
  alarm = false,
}: Case) {
  const terms: ExperimentTerms = { metrics, rules: experimentRules.parse(rules), startedAt: day(0) };
  const results = metrics.map((each) => {
    const [model, fallback] = sums[each.name]!;
    const options = {
      alpha: alphaOf(each, metrics, terms.rules),
      tuningUnits: terms.rules.tuningUnits,
      sql: 'SELECT 1',
    };
    return metricResult(
      each,
      { model: converted(5000, model), fallback: converted(5000, fallback) },
      options,
    );
  });
  const taken: ExperimentLook = {
    n: 3,
    at: day(days),
    units: { model: 5000, fallback: 5000 },
    metrics: results,
    health: {
      sampleRatioE: alarm ? 5000 : 1,
      sampleRatioAlarm: alarm,
      unitsInBothGroups: 0,
      eventsWithoutExposure: 0,
    },
  };
  return { terms, taken };
}
const judged = (of: Case) => {
  const { terms, taken } = look(of);
  return judge(terms, taken);
};

test('an experiment whose every rule is met ends with the better group', () => {
  expect(judged({}).ended?.verdict).toBe('model');
  expect(judged({ sums: { bought: [500, 900] } }).ended?.verdict).toBe('fallback');
  const lower = [define('bought', { better: 'lower' })];
  expect(judged({ metrics: lower }).ended?.verdict).toBe('fallback');
});

test.each([
  ['too short a time', { days: 6 }, /6 of at least 7 days/],
  ['hardly any time', { days: 0.0001 }, /less than one of at least 7 days/],
  [
    'too few conversions',
    { rules: { minConversionsPerGroup: 501 } },
    /group fallback has 500 of at least 501/,
  ],
  [
    'an interval that includes 0',
    { sums: { bought: [520, 500] as [number, number] } },
    /bought still includes 0/,
  ],
  ['a sample-ratio alarm', { alarm: true }, /sizes are not as the split says/],
])('%s alone keeps it running, and is said', (_, of, line) => {
  const { ended, waitingFor } = judged(of);
  expect(ended).toBeNull();
  expect(waitingFor).toHaveLength(1);
  expect(waitingFor[0]).toMatch(line);
});

test('a guardrail that the winner harms keeps it running, one that it helps does not', () => {
  const metrics = [define('bought'), define('refunded', { role: 'guardrail', better: 'lower' })];
  const harmed = judged({ metrics, sums: { bought: [900, 500], refunded: [400, 200] } });
  expect(harmed.ended).toBeNull();
  expect(harmed.waitingFor).toEqual(['guardrail refunded: model is worse on it']);
  expect(judged({ metrics, sums: { bought: [900, 500], refunded: [200, 400] } }).ended?.verdict).toBe(
    'model',
  );
});

test('two primary metrics share α, and must not contradict each other', () => {
  const metrics = [define('bought'), define('returned')];
  expect(alphaOf(metrics[0]!, metrics, experimentRules.parse({}))).toBe(0.025);
  const { ended, waitingFor } = judged({ metrics, sums: { bought: [900, 500], returned: [500, 900] } });
  expect(ended).toBeNull();
  expect(waitingFor).toEqual(['the primary metrics speak for different groups']);
});

test('at its cap of days or units an experiment without a result ends as inconclusive', () => {
  const even = { bought: [510, 500] as [number, number] };
  expect(judged({ sums: even, days: 90 }).ended).toMatchObject({
    verdict: 'inconclusive',
    rule: expect.stringMatching(/cap of 90 days/),
  });
  expect(judged({ sums: even, rules: { maxUnits: 10_000 } }).ended?.rule).toMatch(/cap of 10,000 units/);
  expect(judged({ sums: even, days: 89 }).ended).toBeNull();
});

test('a conclusion says winner, rule, estimate, interval and units', () => {
  const { terms, taken } = look({});
  const { conclusion } = conclude(terms, taken);
  expect(conclusion).toMatchObject({ verdict: 'model', look: 3, concludedAt: day(8) });
  const [{ low, high }] = taken.metrics as [(typeof taken.metrics)[0]];
  const points = (value: number) => Number((100 * value).toPrecision(4));
  expect(conclusion!.report.split('\n')).toEqual([
    'The model won. After 8 days: the always-valid interval of bought excludes 0, and every other rule is met.',
    `The model raised bought from 10 % to 18 % (+8 points; always-valid 95 % interval +${points(low!)} points to +${points(high!)} points; 5,000 and 5,000 units).`,
    'The chance of a false alarm is at most 5 % whenever you look.',
    'Groups split as meant (e-value 1, alarm above 1000); 0 units in both groups.',
  ]);
});

test('without a result the report claims none', () => {
  const { terms, taken } = look({ sums: { bought: [510, 500] }, days: 90 });
  const { report } = conclude(terms, taken).conclusion!;
  expect(report).toMatch(/^No verdict\. After 90 days: no result at its cap of 90 days\./);
  expect(report).toContain('no difference to bought that can be told from chance: 10.2 % against 10 %');
  expect(report).not.toContain('false alarm');
});
