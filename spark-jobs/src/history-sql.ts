import { dayMicros, floorDivide, type Dialect } from './dialect.ts';
import { windowed, type Distinct, type HistoryGroup } from './history-group.ts';
import type { JobStatement } from './job.ts';

/**
 * The view `<prefix>_history`: for each (e, d) of the view `pairs`, what is known on UTC day d of the entity's past.
 * Daily tiles; running sums over the tiles and the asked days, in one ordering of each entity; a window of W days is the
 * running sum on d less the one on d − W. Nothing is compared with anything but by equality on (e, day).
 */
export function compileHistory(group: HistoryGroup, dialect: Dialect): JobStatement[] {
  const { windows } = group;
  return [
    tiles(group),
    ...lastValues(group),
    points(group, windows),
    walk(group, dialect),
    totalsByPair(group, windows),
    ...windows.flatMap((days) => windowExtremes(group, days)),
    ...group.distincts.map((distinct) => distinctByPair(group, distinct)),
    history(group, windows),
  ];
}

/** The UTC day on which an event is known; it counts from the day after. */
const knownDay = (group: HistoryGroup, t: string) =>
  floorDivide(group.lagMicros === 0 ? t : `(${t} + ${group.lagMicros})`, dayMicros);

const view = (group: HistoryGroup, name: string) => `${group.prefix}_${name}`;
const select = (columns: readonly string[]) => `SELECT ${columns.join(', ')}`;
const valueLasts = ({ lasts }: HistoryGroup) => lasts.filter(({ value }) => value !== 't');

function tiles(group: HistoryGroup): JobStatement {
  const columns = [
    'e',
    `${knownDay(group, 't')} AS day`,
    ...group.totals.map(({ name, tile }) => `${tile} AS ${name}`),
    ...group.lasts.map(({ name, present }) => `max(CASE WHEN ${present} THEN t END) AS ${name}_t`),
    ...group.extremes.map(({ name, aggregate, value }) => `${aggregate}(${value}) AS ${name}`),
  ];
  const sql = `${select(columns)} FROM ${group.events} WHERE e IS NOT NULL AND t IS NOT NULL GROUP BY e, ${knownDay(group, 't')}`;
  return { view: view(group, 'tiles'), sql, cached: true };
}

/** Each tile's last values; of several at the same time, the greatest, so that both engines agree. */
function lastValues(group: HistoryGroup): JobStatement[] {
  const lasts = valueLasts(group);
  if (lasts.length === 0) return [];
  const columns = [
    'k.e',
    'k.day',
    ...lasts.map(({ name, value }) => `max(CASE WHEN r.t = k.${name}_t THEN r.${value} END) AS ${name}`),
  ];
  const isLast = lasts.map(({ name }) => `r.t = k.${name}_t`).join(' OR ');
  const join = `FROM ${group.events} r JOIN ${view(group, 'tiles')} k ON r.e = k.e AND ${knownDay(group, 'r.t')} = k.day`;
  const sql = `${select(columns)} ${join} WHERE ${isLast} GROUP BY k.e, k.day`;
  return [{ view: view(group, 'lasts'), sql, cached: false }];
}

/** The asked days: k = 0 is the row's own day d, k = i the day d less the i-th window. */
function points(group: HistoryGroup, windows: readonly number[]): JobStatement {
  const selects = [0, ...windows].map((days, k) => `SELECT e, d, ${k} AS k, d - ${days} AS day FROM pairs`);
  return { view: view(group, 'points'), sql: selects.join(' UNION ALL '), cached: false };
}

/** What was known before each asked day, all time. Tiles (k = −1) come before the points of the day after them. */
function walk(group: HistoryGroup, dialect: Dialect): JobStatement {
  const carried = [
    ...group.totals.map(({ name }) => name),
    ...group.lasts.map(({ name }) => `${name}_t`),
    ...valueLasts(group).map(({ name }) => name),
    ...group.extremes.map(({ name }) => name),
  ];
  const fromValues = new Set(valueLasts(group).map(({ name }) => name));
  const tile = carried.map((name) => (fromValues.has(name) ? `l.${name}` : `k.${name}`));
  const lasts =
    fromValues.size > 0 ? ` LEFT JOIN ${view(group, 'lasts')} l ON k.e = l.e AND k.day = l.day` : '';
  const steps = [
    `${select(['k.e', 'CAST(NULL AS BIGINT) AS d', '-1 AS k', 'k.day + 1 AS day', ...tile.map((cell, i) => `${cell} AS ${carried[i] ?? ''}`)])} FROM ${view(group, 'tiles')} k${lasts}`,
    `${select(['e', 'd', 'k', 'day', ...carried.map((name) => `NULL AS ${name}`)])} FROM ${view(group, 'points')}`,
  ].join(' UNION ALL ');
  const running = [
    ...group.totals.map(({ name }) => `sum(${name}) OVER w AS ${name}`),
    ...[...group.lasts.map(({ name }) => `${name}_t`), ...fromValues].map(
      (name) => `${dialect.lastIgnoreNulls(name)} OVER w AS ${name}`,
    ),
    ...group.extremes.map(({ name, aggregate }) => `${aggregate}(${name}) OVER w AS ${name}`),
  ];
  const order =
    'PARTITION BY e ORDER BY day ASC NULLS FIRST, k ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW';
  const sql = `SELECT * FROM (${select(['e', 'd', 'k', ...running])} FROM (${steps}) s WINDOW w AS (${order})) r WHERE k >= 0`;
  return { view: view(group, 'walk'), sql, cached: false };
}

/** One row a pair: totals over each window, and last values within each window. */
function totalsByPair(group: HistoryGroup, windows: readonly number[]): JobStatement {
  const at = (k: number, name: string) => `max(CASE WHEN k = ${k} THEN ${name} END)`;
  const lastTime = (name: string) => at(0, `${name}_t`);
  const columns = [
    'e',
    'd',
    ...group.totals.flatMap(({ name }) => [
      `${at(0, name)} AS ${name}`,
      ...windows.map(
        (days, i) =>
          `coalesce(${at(0, name)}, 0) - coalesce(${at(i + 1, name)}, 0) AS ${windowed(name, days)}`,
      ),
    ]),
    ...group.lasts.flatMap(({ name, value }) =>
      [null, ...windows].flatMap((days) => {
        const within = (cell: string) =>
          days === null
            ? cell
            : `CASE WHEN ${knownDay(group, lastTime(name))} >= d - ${days} THEN ${cell} END`;
        const time = `${within(lastTime(name))} AS ${windowed(`${name}_t`, days)}`;
        return value === 't' ? [time] : [time, `${within(at(0, name))} AS ${windowed(name, days)}`];
      }),
    ),
    ...group.extremes.map(({ name }) => `${at(0, name)} AS ${name}`),
  ];
  const sql = `${select(columns)} FROM ${view(group, 'walk')} GROUP BY e, d`;
  return { view: view(group, 'totals'), sql, cached: true };
}

const usesExtreme = (group: HistoryGroup, days: number) =>
  group.features.some(
    ({ feature }) =>
      feature.windowDays === days && (feature.aggregate === 'min' || feature.aggregate === 'max'),
  );

/** Least and greatest values cannot be subtracted: each pair meets the tiles of the two W-day buckets its window touches. */
function windowExtremes(group: HistoryGroup, days: number): JobStatement[] {
  if (!usesExtreme(group, days)) return [];
  const extremes = group.extremes.map(
    ({ name, aggregate }) => `${aggregate}(k.${name}) AS ${windowed(name, days)}`,
  );
  const buckets = `SELECT e, d, ${floorDivide('(d - 1)', days)} AS b FROM pairs UNION ALL SELECT e, d, ${floorDivide('(d - 1)', days)} - 1 AS b FROM pairs`;
  const tile = `SELECT *, ${floorDivide('day', days)} AS b FROM ${view(group, 'tiles')}`;
  const sql = `${select(['p.e', 'p.d', ...extremes])} FROM (${buckets}) p JOIN (${tile}) k ON p.e = k.e AND p.b = k.b WHERE k.day < p.d AND k.day >= p.d - ${days} GROUP BY p.e, p.d`;
  return [{ view: view(group, `extremes_${days}`), sql, cached: true }];
}

/**
 * How many different values: each value counts one from the day after it was seen until its window ends or it is seen
 * again, so the number is a running sum of +1 and −1.
 */
function distinctByPair(group: HistoryGroup, { name, value, windowDays }: Distinct): JobStatement {
  const seen = `SELECT e, ${value} AS v, ${knownDay(group, 't')} AS day FROM ${group.events} WHERE e IS NOT NULL AND t IS NOT NULL AND ${value} IS NOT NULL GROUP BY e, ${value}, ${knownDay(group, 't')}`;
  const next = `SELECT e, day, lead(day) OVER (PARTITION BY e, v ORDER BY day ASC NULLS FIRST) AS next FROM (${seen}) s`;
  const end =
    windowDays === null ? 'next' : `least(coalesce(next, day + ${windowDays}), day + ${windowDays})`;
  const steps = [
    `SELECT e, CAST(NULL AS BIGINT) AS d, 0 AS k, day + 1 AS day, 1 AS n FROM (${next}) a`,
    `SELECT e, CAST(NULL AS BIGINT) AS d, 0 AS k, ${end} + 1 AS day, -1 AS n FROM (${next}) b WHERE ${end} IS NOT NULL`,
    `SELECT e, d, 1 AS k, d AS day, 0 AS n FROM pairs`,
  ].join(' UNION ALL ');
  const order =
    'PARTITION BY e ORDER BY day ASC NULLS FIRST, k ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW';
  const sql = `SELECT e, d, ${name} FROM (SELECT e, d, k, sum(n) OVER (${order}) AS ${name} FROM (${steps}) s) r WHERE k = 1`;
  return { view: view(group, name), sql, cached: true };
}

function history(group: HistoryGroup, windows: readonly number[]): JobStatement {
  const extremes = windows.filter((days) => usesExtreme(group, days));
  const columns = [
    'h.*',
    ...extremes.flatMap((days) => group.extremes.map(({ name }) => `m${days}.${windowed(name, days)}`)),
    ...group.distincts.map(({ name }, i) => `c${i}.${name}`),
  ];
  const joins = [
    ...extremes.map(
      (days) =>
        `LEFT JOIN ${view(group, `extremes_${days}`)} m${days} ON h.e = m${days}.e AND h.d = m${days}.d`,
    ),
    ...group.distincts.map(
      ({ name }, i) => `LEFT JOIN ${view(group, name)} c${i} ON h.e = c${i}.e AND h.d = c${i}.d`,
    ),
  ];
  const sql = [select(columns), `FROM ${view(group, 'totals')} h`, ...joins].join(' ');
  return { view: view(group, 'history'), sql, cached: false };
}
