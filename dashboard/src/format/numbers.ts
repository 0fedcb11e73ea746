const locale = 'en-US';
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const significant = new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 });

export const formatCount = (n: number) => whole.format(n);
export const formatShort = (n: number) => short.format(n);

/** Four significant digits, or all digits of a whole number. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value)) return whole.format(value);
  if (value !== 0 && Math.abs(value) < 0.0001) return value.toExponential(2);
  return significant.format(value);
}

/** A share, 0 to 1, as a percentage; `digits` after the point. */
export function formatShare(share: number, digits = 1): string {
  const percent = (share * 100).toFixed(digits);
  return `${Number(percent) === 0 ? percent.replace('-', '') : percent} %`;
}

/** A difference with its sign. */
export function formatSigned(value: number, format: (x: number) => string): string {
  const sign = value > 0 ? '+' : value < 0 ? '−' : '±';
  return `${sign}${format(Math.abs(value))}`;
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), byteUnits.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toPrecision(3)} ${byteUnits[power] ?? 'B'}`;
}

export const plural = (n: number, one: string, many = `${one}s`) =>
  `${formatCount(n)} ${n === 1 ? one : many}`;
