import type { Recipe } from '@foretell/core/contracts/recipe';
import { sparkConf } from './conf.ts';
import { dayMicros, type Dialect } from './dialect.ts';
import { featureColumn, historyColumn, historyJoins } from './features-sql.ts';
import { planHistory } from './history-plan.ts';
import { compileHistory } from './history-sql.ts';
import type { JobSpec } from './job.ts';
import { compilePasts, eventStatements } from './pasts-sql.ts';
import { compileRows } from './rows-sql.ts';
import type { Source } from './source.ts';

/**
 * The online features: every entity's history as a row on UTC day `day` (days since 1970) sees it, by the very statements of
 * the training set.
 */
export function compileSnapshot(recipe: Recipe, source: Source, dialect: Dialect, day: number): JobSpec {
  const rows = compileRows(recipe, source, dialect);
  const pasts = compilePasts(recipe, rows, source, dialect);
  const groups = planHistory(recipe, pasts);
  const values = recipe.features.flatMap((feature, index) => {
    if (feature.kind !== 'history') return [];
    const { group, column } = historyColumn(groups, feature);
    const history = `${group.prefix}_history`;
    const value = column.value(history, String(day));
    return [
      { sql: `${value} AS ${featureColumn(index)}`, column: featureColumn(index), meaning: feature.name },
    ];
  });
  const known = [...pasts.values()].map(
    ({ statement }) => `SELECT e FROM ${statement.view} WHERE e IS NOT NULL AND t < ${day * dayMicros}`,
  );
  const entities = `SELECT e, CAST(${day} AS BIGINT) AS d FROM (${known.join(' UNION ALL ')}) k GROUP BY e`;
  const columns = ['p.e AS entity', ...values.map(({ sql }) => sql)];
  return {
    conf: sparkConf,
    statements: [
      rows.statement,
      ...eventStatements(pasts),
      { view: 'pairs', sql: entities, cached: true },
      ...groups.flatMap((group) => compileHistory(group, dialect)),
      { view: 'as_of', sql: `SELECT CAST(${day} AS BIGINT) AS as_of_day`, cached: false },
      {
        view: 'snapshot',
        sql: `SELECT ${columns.join(', ')} FROM pairs p${historyJoins(groups, 'p')}`,
        cached: false,
      },
    ],
    outputs: [{ view: 'snapshot', file: 'part-00000.parquet' }],
    manifest: {
      figures: ['as_of'],
      columns: [
        { column: 'entity', meaning: 'the entity, as text' },
        ...values.map(({ column, meaning }) => ({ column, meaning })),
      ],
    },
  };
}
