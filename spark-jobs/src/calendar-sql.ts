import type { z } from 'zod';
import type { calendarPart } from '@foretell/core/contracts/recipe';
import { dayMicros, floorDivide } from './dialect.ts';

type CalendarPart = z.output<typeof calendarPart>;

const hourMicros = 3_600_000_000;
const minuteMicros = 60_000_000;

/** A part of a UTC time, given as epoch microseconds `t` and as the timestamp `ts`. */
export function calendarSql(part: CalendarPart, t: string, ts: string): string {
  const day = floorDivide(t, dayMicros);
  const ofDay = `(${t} - ${day} * ${dayMicros})`;
  switch (part) {
    case 'hour':
      return floorDivide(ofDay, hourMicros);
    case 'minute_of_day':
      return floorDivide(ofDay, minuteMicros);
    case 'weekday':
      return `(((${day} + 3) % 7 + 7) % 7)`;
    case 'day_of_month':
      return `CAST(EXTRACT(DAY FROM ${ts}) AS BIGINT)`;
    case 'month':
      return `CAST(EXTRACT(MONTH FROM ${ts}) AS BIGINT)`;
  }
}
