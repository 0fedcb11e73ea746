import type { Scalar } from '@foretell/core/contracts/primitives';
import type { FieldProblem } from '@foretell/core/domain/errors';
import type { CalendarPart, ModelInputs, VectorInput } from '../model-store/model-inputs.ts';
import { invalid } from './check-prediction-request.ts';
import { parseTime } from './parse-time.ts';

/** A row for the model. */
export interface Vector {
  values: Float64Array;
  /** Categories the model does not know, by place: missing to it, kept for the record. */
  unseen: ReadonlyMap<number, string>;
  /** Places without a value. */
  missing: readonly number[];
  /** The time the prediction is for. */
  timeMs: number;
}

const none: ReadonlyMap<number, string> = new Map();

/**
 * Fills the vector in three layers: online feature values, then the calendar and the entity, then the request's own
 * features over both. Throws `invalid` naming every feature that is unknown or of the wrong type.
 */
export function buildVector(
  plan: ModelInputs,
  request: { entity: string; features?: Record<string, Scalar> | undefined },
  online: Float64Array | null,
  nowMs: number,
): Vector {
  const values = new Float64Array(plan.inputs.length).fill(NaN);
  const problems: FieldProblem[] = [];
  const timeMs = requestTime(plan, request.features, nowMs, problems);
  if (online) fillOnline(plan, online, values);
  if (plan.calendar.length > 0) fillCalendar(plan, timeMs, values);
  let unseen = none;
  const place = (at: number, value: Scalar, field: string) => {
    const input = plan.inputs[at];
    if (!input) return;
    const problem = put(input, value, at, values);
    if (problem !== null) problems.push({ field, code: 'invalid_type', detail: problem });
    else if (typeof value === 'string' && input.categories && Number.isNaN(values[at] ?? NaN))
      unseen = new Map(unseen).set(at, value);
  };
  for (const at of plan.entityPlaces) place(at, request.entity, 'entity');
  for (const name in request.features) {
    const at = plan.places.get(name);
    if (at !== undefined) place(at, request.features[name] ?? null, `features.${name}`);
    else if (name !== plan.timeColumn) problems.push(unknownFeature(plan, name));
  }
  if (problems.length > 0) throw invalid(problems);
  return { values, unseen, missing: missingPlaces(values, unseen), timeMs };
}

/** Puts a value in its place; says what was expected when it is of the wrong type. */
function put(input: VectorInput, value: Scalar, at: number, values: Float64Array): string | null {
  if (value === null) values[at] = NaN;
  else if (!input.categories) {
    if (typeof value === 'string') return 'a number';
    values[at] = Number(value);
  } else {
    const code = input.codes.get(String(value));
    if (code === undefined && typeof value !== 'string') return 'a text';
    values[at] = code ?? NaN;
  }
  return null;
}

function requestTime(
  { timeColumn }: ModelInputs,
  features: Record<string, Scalar> | undefined,
  nowMs: number,
  problems: FieldProblem[],
): number {
  const given = features?.[timeColumn];
  if (given === undefined || given === null) return nowMs;
  const timeMs = parseTime(given);
  if (timeMs !== null) return timeMs;
  problems.push({ field: `features.${timeColumn}`, code: 'invalid_type', detail: 'a time in ISO 8601' });
  return nowMs;
}

function fillOnline({ online }: ModelInputs, row: Float64Array, values: Float64Array): void {
  for (const { place, column, type, recode } of online) {
    const value = row[column] ?? NaN;
    if (type === 'number') values[place] = value;
    else values[place] = recode[value] ?? NaN;
  }
}

function fillCalendar({ calendar, inputs }: ModelInputs, timeMs: number, values: Float64Array): void {
  const time = new Date(timeMs);
  for (const { place, part } of calendar) {
    const value = calendarPart(time, part);
    const input = inputs[place];
    values[place] = input?.categories ? (input.codes.get(String(value)) ?? NaN) : value;
  }
}

function calendarPart(time: Date, part: CalendarPart): number {
  switch (part) {
    case 'hour':
      return time.getUTCHours();
    case 'weekday':
      return (time.getUTCDay() + 6) % 7;
    case 'day_of_month':
      return time.getUTCDate();
    case 'month':
      return time.getUTCMonth() + 1;
    case 'minute_of_day':
      return time.getUTCHours() * 60 + time.getUTCMinutes();
  }
}

function missingPlaces(values: Float64Array, unseen: ReadonlyMap<number, string>): number[] {
  const missing: number[] = [];
  for (let at = 0; at < values.length; at++)
    if (Number.isNaN(values[at]) && !unseen.has(at)) missing.push(at);
  return missing;
}

/** Names told of a model that reads more of the row than that. */
const namesTold = 30;

/** What the caller is to send is named; what is looked up and counted instead is only counted. */
function unknownFeature({ inputs, timeColumn, sent }: ModelInputs, name: string): FieldProblem {
  const more = sent.length > namesTold ? ` and ${sent.length - namesTold} more` : '';
  const others = inputs.length - sent.length;
  const names = [timeColumn, ...sent.slice(0, namesTold)].join(', ');
  return {
    field: `features.${name}`,
    code: 'unknown_feature',
    detail: `not a feature of the model; it is sent ${names}${more}${others > 0 ? ` (${others} others are filled in by themselves)` : ''}`,
  };
}
