import { formatAgo, formatDuration, formatLatency, formatTime } from './times.ts';

const now = Date.parse('2024-05-10T12:00:00Z');

test('the near past is told as a distance, the far past as a date', () => {
  expect(formatAgo('2024-05-10T11:55:00Z', now)).toBe('5 minutes ago');
  expect(formatAgo('2024-05-10T11:59:58Z', now)).toBe('just now');
  expect(formatAgo('2024-05-09T11:00:00Z', now)).toBe('yesterday');
  expect(formatAgo('2001-01-31T00:00:00Z', now)).toBe('31 Jan 2001');
});

test('what is no time is shown as it is', () => {
  expect(formatTime('n/a')).toBe('n/a');
});

test('what took next to no time does not read as none', () => {
  expect(formatLatency(0.04)).toBe('< 0.1 ms');
  expect(formatLatency(1.25)).toBe('1.3 ms');
});

test('durations grow from milliseconds to minutes', () => {
  expect(formatDuration(12.4)).toBe('12 ms');
  expect(formatDuration(2_340)).toBe('2.3 s');
  expect(formatDuration(125_000)).toBe('2 min 5 s');
});
