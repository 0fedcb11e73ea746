import type { Recipe } from '@foretell/core/contracts/recipe';
import { dayMicros, doubleLiteral } from './dialect.ts';
import type { JobStatement } from './job.ts';

type Split = Recipe['split'];

/** Moments that may become a cut: the first of each twentieth of the rows. */
const moments = 20;
/** The cuts by share stay while each split keeps so much of its share. */
const enough = 0.5;

export const embargoMicros = ({ embargoDays }: Split): number => Math.round(embargoDays * dayMicros);

const ranked =
  'SELECT t, row_number() OVER (ORDER BY t ASC NULLS FIRST) AS r, count(*) OVER () AS n FROM label_rows';

/**
 * The view `cuts`: the first times of the validation and of the test split. Rows of one time are never parted. The cuts are
 * by the rows' shares, unless the embargo then takes more than half of a split: then they are the two moments that leave
 * the poorest split most of its share.
 */
export function compileCuts({ split }: Recipe): JobStatement[] {
  const [validationFrom, testFrom] = [1 - split.test - split.validation, 1 - split.test];
  if (split.embargoDays > 0)
    return [
      { view: 'moments', sql: momentsSql(validationFrom, testFrom), cached: false },
      { view: 'rows_before', sql: rowsBefore(split), cached: true },
      { view: 'cuts', sql: bestCuts(split), cached: true },
    ];
  const from = (share: number) => `min(CASE WHEN r > floor(n * ${doubleLiteral(share)}) THEN t END)`;
  const sql = `SELECT ${from(validationFrom)} AS validation_from, ${from(testFrom)} AS test_from, count(*) AS label_rows FROM (${ranked}) k`;
  return [{ view: 'cuts', sql, cached: true }];
}

/** The first of each twentieth, and the cuts by share, which are marked. */
function momentsSql(validationFrom: number, testFrom: number): string {
  const twentieth = (place: string) => `floor(CAST(${place} * ${moments} AS DOUBLE) / n)`;
  const isFrom = (share: number) => `r = floor(n * ${doubleLiteral(share)}) + 1`;
  const marked = (share: number) => `max(CASE WHEN ${isFrom(share)} THEN 1 ELSE 0 END)`;
  const isMoment = [
    'r = 1',
    `${twentieth('(r - 1)')} > ${twentieth('(r - 2)')}`,
    isFrom(validationFrom),
    isFrom(testFrom),
  ];
  return [
    `SELECT t, max(n) AS n, ${marked(validationFrom)} AS is_validation, ${marked(testFrom)} AS is_test`,
    `FROM (${ranked}) k WHERE ${isMoment.join(' OR ')} GROUP BY t`,
  ].join(' ');
}

/** How many rows are earlier than each moment, and than an embargo before it. The hint is Spark's; others skip it. */
function rowsBefore(split: Split): string {
  const earlier = (than: string) => `sum(CASE WHEN r.t < ${than} THEN 1 ELSE 0 END)`;
  return [
    'SELECT /*+ BROADCAST(m) */ m.t, max(m.n) AS n, max(m.is_validation) AS is_validation, max(m.is_test) AS is_test,',
    `CAST(${earlier('m.t')} AS BIGINT) AS rows_before,`,
    `CAST(${earlier(`m.t - ${embargoMicros(split)}`)} AS BIGINT) AS known_before`,
    'FROM label_rows r CROSS JOIN moments m GROUP BY m.t',
  ].join(' ');
}

/** Of all pairs of moments: the one by share if it leaves enough, else the one that leaves the poorest split most. */
function bestCuts({ validation, test }: Split): string {
  const kept = [
    `v.known_before / ${doubleLiteral(1 - validation - test)}`,
    `(w.known_before - v.rows_before) / ${doubleLiteral(validation)}`,
    `(w.n - w.rows_before) / ${doubleLiteral(test)}`,
  ].join(', ');
  const isByShare = 'v.is_validation = 1 AND w.is_test = 1';
  const pairs = [
    `SELECT v.t AS validation_from, w.t AS test_from, v.n AS n, least(${kept}) / v.n AS left_over,`,
    `CASE WHEN ${isByShare} THEN 1 ELSE 0 END AS by_share`,
    `FROM rows_before v JOIN rows_before w ON v.t < w.t OR (${isByShare})`,
  ].join(' ');
  const stays = `CASE WHEN by_share = 1 AND left_over >= ${doubleLiteral(enough)} THEN 1 ELSE 0 END AS stays`;
  const order =
    'ORDER BY stays DESC NULLS LAST, left_over DESC NULLS LAST, validation_from ASC NULLS FIRST, test_from ASC NULLS FIRST';
  const placed = `SELECT *, row_number() OVER (${order}) AS place FROM (SELECT *, ${stays} FROM (${pairs}) p) s`;
  const best = (column: string) => `max(CASE WHEN place = 1 THEN ${column} END) AS ${column}`;
  return `SELECT ${best('validation_from')}, ${best('test_from')}, coalesce(max(n), 0) AS label_rows FROM (${placed}) q`;
}
