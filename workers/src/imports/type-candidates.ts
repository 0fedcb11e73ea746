import type { ColumnType } from '@foretell/core/contracts/primitives';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import type { RawColumn } from './raw-table.ts';

/** A type a column may have: `sql` is NULL for a cell that does not fit, `present` whether there is a value at all. */
export interface Candidate {
  type: ColumnType;
  sql: string;
  /** The same as `sql` for columns whose every cell is proven to fit, at less cost. @default `sql` */
  proven?: string;
  present: string;
  /** Fits whatever comes. */
  always: boolean;
}

/** How files write "no value" among numbers and times; among texts these are texts. */
const missingWords = [
  '',
  'na',
  'n/a',
  'nan',
  'null',
  'none',
  '\\n',
  'nil',
  'inf',
  '-inf',
  'infinity',
  '-infinity',
];

/** From the narrowest type to the widest: the first that fits is taken. */
export function candidatesFor(column: RawColumn, isTime: boolean): Candidate[] {
  const { cell } = column;
  if (column.type === 'text') {
    const of = textCell(cell);
    const time = isTime ? [...times(of), ...epochs(of)] : [];
    return [...time, ...textCandidates(cell), ...(isTime ? [] : times(of)), string(cell)];
  }
  if (column.type === 'string') return [...times(textCell(cell)), string(cell)];
  return typedCandidates(column, isTime);
}

interface TextCell {
  text: string;
  present: string;
}

function textCell(cell: string): TextCell {
  const text = `trim(${cell})`;
  const words = missingWords.map(stringLiteral).join(', ');
  return { text, present: `(${cell} IS NOT NULL AND lower(${text}) NOT IN (${words}))` };
}

const candidate = (type: ColumnType, { present }: TextCell, sql: string): Candidate => ({
  type,
  present,
  sql: `CASE WHEN ${present} THEN ${sql} END`,
  always: false,
});

const string = (cell: string): Candidate => ({
  type: 'string',
  sql: `nullif(${cell}, '')`,
  present: `${cell} IS NOT NULL`,
  always: true,
});

/** No missing word is cast to a whole or finite number, or to true or false: proven columns need not look for them. */
function textCandidates(cell: string): Candidate[] {
  const of = textCell(cell);
  const matching = (pattern: string, sql: string) =>
    `CASE WHEN regexp_full_match(${of.text}, '${pattern}') THEN ${sql} END`;
  const boolean = `CASE lower(${of.text}) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END`;
  const integer = `TRY_CAST(${of.text} AS BIGINT)`;
  const double = finite(`TRY_CAST(${of.text} AS DOUBLE)`);
  return [
    { ...candidate('boolean', of, boolean), proven: boolean },
    // Leading zeros are part of a code (a postcode), not of a number.
    { ...candidate('integer', of, matching('[+-]?(0|[1-9][0-9]{0,17})', integer)), proven: integer },
    {
      ...candidate(
        'double',
        of,
        matching('[+-]?((0|[1-9][0-9]*)([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?', double),
      ),
      proven: double,
    },
  ];
}

const finite = (double: string) => `CASE WHEN isfinite(${double}) THEN ${double} END`;

const yearFirst = '[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}';
const clock = '[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?';
const zone = ' ?(Z|UTC|GMT|[+-][0-9]{2}:?([0-9]{2})?)?';

/** Formats that put the year last or spell the month; one candidate a family, since days and months must not mix. */
const spelled: readonly (readonly string[])[] = [
  family('%m/%d/%Y'),
  family('%d/%m/%Y'),
  family('%d.%m.%Y'),
  family('%b %d %Y'),
  family('%b %d, %Y'),
  family('%d %b %Y'),
  family('%d-%b-%Y'),
  ['%a, %d %b %Y %H:%M:%S GMT', '%a, %d %b %Y %H:%M:%S +0000'],
];

function family(date: string): string[] {
  return [' %H:%M:%S.%f', ' %H:%M:%S', ' %H:%M', ' %I:%M:%S %p', ' %I:%M %p', ''].map((time) => date + time);
}

/** Times without an offset are UTC. */
function times(of: TextCell): Candidate[] {
  const { text } = of;
  const withSeconds = `regexp_replace(${text}, '^([^ T]+[T ][0-9]{1,2}:[0-9]{2})( ?)(Z|[+-].*)$', '\\1:00\\3')`;
  const withZone = `regexp_replace(regexp_replace(${withSeconds}, ' ?(UTC|GMT)$', 'Z'), '([0-9]) ([+-][0-9]{2}:?[0-9]*)$', '\\1\\2')`;
  const iso = `CASE WHEN regexp_full_match(${text}, '${yearFirst}(${clock}${zone})?') THEN ${asUtc(`TRY_CAST(${withZone} AS TIMESTAMPTZ)`)} END`;
  const isoDate = `CASE WHEN regexp_full_match(${text}, '${yearFirst}') THEN TRY_CAST(${text} AS DATE) END`;
  return [
    candidate('date', of, isoDate),
    candidate('timestamp', of, iso),
    ...spelled.map((formats) => {
      const parsed = `try_strptime(${text}, [${formats.map(stringLiteral).join(', ')}])`;
      return candidate('timestamp', of, parsed);
    }),
  ];
}

const asUtc = (instant: string) => `make_timestamp(epoch_us(${instant}))`;

/** Seconds, milliseconds or microseconds since 1970, as numbers: only of the column that is said to be the time. */
function epochs(of: TextCell): Candidate[] {
  const number = `TRY_CAST(${of.text} AS DOUBLE)`;
  return epochRanges.map(({ from, micros }) => candidate('timestamp', of, epochSql(number, from, micros)));
}

/** From 1990 to 2100, in each unit: the ranges do not meet. */
const epochRanges = [
  { from: 6.3e8, micros: 1e6 },
  { from: 6.3e11, micros: 1e3 },
  { from: 6.3e14, micros: 1 },
] as const;

const epochSql = (number: string, from: number, micros: number) =>
  `CASE WHEN ${number} BETWEEN ${from} AND ${from * 6.52} THEN make_timestamp(CAST(floor(${number} * ${micros}) AS BIGINT)) END`;

const wholeTypes = [
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
  'HUGEINT',
  'UHUGEINT',
];

/** Columns that came with a type of their own. */
function typedCandidates({ cell, type }: RawColumn, isTime: boolean): Candidate[] {
  const present = `${cell} IS NOT NULL`;
  const exact = (of: ColumnType, sql: string, always = true): Candidate => ({
    type: of,
    sql,
    present,
    always,
  });
  const number = `CAST(${cell} AS DOUBLE)`;
  const epoch = isTime
    ? epochRanges.map(({ from, micros }) => exact('timestamp', epochSql(number, from, micros), false))
    : [];
  if (wholeTypes.includes(type))
    return [...epoch, exact('integer', `TRY_CAST(${cell} AS BIGINT)`, false), exact('double', number)];
  if (type === 'FLOAT' || type === 'DOUBLE' || type.startsWith('DECIMAL'))
    return [...epoch, exact('double', finite(number))];
  if (type === 'BOOLEAN') return [exact('boolean', cell)];
  if (type === 'DATE') return [exact('date', cell)];
  if (type === 'TIMESTAMP WITH TIME ZONE') return [exact('timestamp', asUtc(cell))];
  if (type.startsWith('TIMESTAMP')) return [exact('timestamp', `CAST(${cell} AS TIMESTAMP)`)];
  return [exact('string', `nullif(CAST(${cell} AS VARCHAR), '')`)];
}
