/** A whole number as texts say it: 1,234,567. */
export const whole = (value: number): string => value.toLocaleString('en-US');

/** `1 row`, `1,997 rows`. */
export const counted = (n: number, what: string): string => `${whole(n)} ${what}${n === 1 ? '' : 's'}`;
