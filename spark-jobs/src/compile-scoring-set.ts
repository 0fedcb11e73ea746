import type { Recipe } from '@foretell/core/contracts/recipe';
import { sparkConf } from './conf.ts';
import { dayMicros, floorDivide, type Dialect } from './dialect.ts';
import { featureColumn, featureExpressions, historyJoins } from './features-sql.ts';
import { planHistory } from './history-plan.ts';
import { compileHistory } from './history-sql.ts';
import type { JobSpec } from './job.ts';
import { compilePasts, eventStatements } from './pasts-sql.ts';
import { compileRows } from './rows-sql.ts';
import type { Source } from './source.ts';

/**
 * The features of every row that has a time, as the training set has them, label or not; with `keyColumn` its value beside
 * them.
 */
export function compileScoringSet(
  recipe: Recipe,
  source: Source,
  dialect: Dialect,
  keyColumn?: string,
): JobSpec {
  const rows = compileRows(recipe, source, dialect, 'optional', keyColumn);
  const pasts = compilePasts(recipe, rows, source, dialect);
  const groups = planHistory(recipe, pasts);
  const columns = [
    'r.t AS row_time',
    'r.e AS entity',
    ...(keyColumn === undefined ? [] : ['r.k AS row_key']),
    ...featureExpressions(recipe, rows, groups).map((sql, i) => `${sql} AS ${featureColumn(i)}`),
  ];
  const scored = `SELECT *, ${floorDivide('t', dayMicros)} AS d FROM rows WHERE t IS NOT NULL`;
  const order = 'ORDER BY r.t ASC NULLS FIRST, r.e ASC NULLS FIRST';
  return {
    conf: sparkConf,
    statements: [
      rows.statement,
      ...eventStatements(pasts),
      { view: 'scored_rows', sql: scored, cached: true },
      {
        view: 'pairs',
        sql: 'SELECT e, d FROM scored_rows WHERE e IS NOT NULL GROUP BY e, d',
        cached: true,
      },
      ...groups.flatMap((group) => compileHistory(group, dialect)),
      {
        view: 'scoring_set',
        sql: `SELECT ${columns.join(', ')} FROM scored_rows r${historyJoins(groups, 'r')} ${order}`,
        cached: false,
      },
    ],
    outputs: [{ view: 'scoring_set', file: 'part-00000.parquet' }],
    manifest: {
      figures: [],
      columns: [
        { column: 'row_time', meaning: 'the row’s time, microseconds since 1970 UTC' },
        { column: 'entity', meaning: 'the entity, as text' },
        ...(keyColumn === undefined ? [] : [{ column: 'row_key', meaning: `${keyColumn}, as text` }]),
        ...recipe.features.map(({ name }, i) => ({ column: featureColumn(i), meaning: name })),
      ],
    },
  };
}
