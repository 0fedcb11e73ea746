import { formatBytes, formatNumber, formatShare, formatSigned, plural } from './numbers.ts';

test('numbers are shown with four significant digits, whole ones in full', () => {
  expect(formatNumber(0.123456)).toBe('0.1235');
  expect(formatNumber(231083)).toBe('231,083');
  expect(formatNumber(0.00001234)).toBe('1.23e-5');
  expect(formatNumber(0)).toBe('0');
});

test('a share that rounds to nothing has no sign', () => {
  expect(formatShare(-0.0001)).toBe('0.0 %');
  expect(formatShare(-0.012)).toBe('-1.2 %');
});

test('bytes are shown in decimal units', () => {
  expect(formatBytes(0)).toBe('0 B');
  expect(formatBytes(999)).toBe('999 B');
  expect(formatBytes(20_480_000)).toBe('20.5 MB');
});

test('a difference carries its sign', () => {
  expect(formatSigned(0.034, formatShare)).toBe('+3.4 %');
  expect(formatSigned(-0.034, formatShare)).toBe('−3.4 %');
});

test('one is singular', () => {
  expect(plural(1, 'row')).toBe('1 row');
  expect(plural(0, 'row')).toBe('0 rows');
});
