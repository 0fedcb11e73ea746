import { metric, type Metric } from '../../contracts/experiments.ts';
import { previewMetric, type PreviewEvent } from './preview-metric.ts';

const options = { alpha: 0.05, tuningUnits: 5000 };
const define = (more: Partial<Metric>): Metric =>
  metric.parse({
    name: 'm',
    kind: 'count',
    dataset: '00000000-0000-7000-8000-000000000001',
    unitColumn: 'unit',
    windowHours: 24,
    ...more,
  });
const hour = 3_600_000;
const event = (unit: string, hours: number, value: number | null = null, denominator: number | null = null) =>
  ({ unit, atMs: hours * hour, value, denominator }) satisfies PreviewEvent;

const events = [
  event('a', 0, 10, 2),
  event('a', 23.9, 5, 1),
  event('a', 24, 1000, 1000),
  event('b', 100, 0, 1),
  event('c', 50, 45, 6),
];

test('each kind of metric is what its definition says, over the window from each unit’s first event', () => {
  const means = (more: Partial<Metric>) => previewMetric(define(more), events, options);
  expect(means({})).toMatchObject({ units: 3, converted: 3, mean: 4 / 3, cap: null });
  expect(means({ kind: 'conversion', valueColumn: 'v' })).toMatchObject({ converted: 2, mean: 2 / 3 });
  expect(means({ kind: 'sum', valueColumn: 'v' })).toMatchObject({ mean: 20, largest: 45 });
  expect(means({ kind: 'sum', valueColumn: 'v', winsorizeAt: 0.5 })).toMatchObject({ cap: 15, mean: 10 });
  expect(means({ kind: 'ratio', valueColumn: 'v', denominatorColumn: 'd' }).mean).toBe(60 / 10);
});

test('a smaller change takes more units, and a metric that never varies can show none', () => {
  const many = Array.from({ length: 1000 }, (_, i) => event(`u${i}`, i, i % 10 === 0 ? 1 : 0));
  const { unitsToDetect } = previewMetric(define({ kind: 'conversion', valueColumn: 'v' }), many, options);
  const units = unitsToDetect.map((each) => each.units!);
  expect(units[0]!).toBeGreaterThan(3 * units[1]!);
  expect(units[1]!).toBeGreaterThan(3 * units[2]!);
  const flat = previewMetric(define({ kind: 'conversion' }), many, options);
  expect(flat.unitsToDetect.every((each) => each.units === null)).toBe(true);
  expect(previewMetric(define({}), [], options)).toMatchObject({ units: 0, mean: 0 });
});
