import type { Scalar } from '@foretell/core/contracts/primitives';
import { formatNumber } from './numbers.ts';
import { formatTime } from './times.ts';

const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** A cell or a value as a person reads it. */
export function formatScalar(value: Scalar | undefined): string {
  if (value === null || value === undefined) return 'missing';
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return isoTime.test(value) ? formatTime(value) : value;
}
