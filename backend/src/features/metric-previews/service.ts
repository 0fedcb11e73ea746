import { experimentRules, type Metric } from '@foretell/core/contracts/experiments';
import type { MetricPreview } from '@foretell/core/contracts/metric-preview';
import { DomainError } from '@foretell/core/domain/errors';
import { metricQuery, shownQuery } from '@foretell/core/domain/experiments/metric-sql';
import { previewMetric } from '@foretell/core/domain/experiments/preview-metric';
import type { Lake } from '@foretell/core/node/lake';
import { datasets } from '../../db/data.ts';
import type { Database } from '../../db/database.ts';
import type { Caller } from '../../http/route.ts';
import { metricProblems } from '../deployments/check-experiment.ts';
import { readNewestEvents } from './read-events.ts';

const examples = 5;
/** Stands in the shown SQL where the experiment's id will be. */
const toCome = 'the experiment’s id';

const iso = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());

/** Metrics tried out on real events before an experiment is made of them. */
export function createMetricPreviewService(database: Database, lake: Lake) {
  async function check(workspace: string, metric: Metric): Promise<void> {
    const rows = await database.read.findBy(datasets, { id: metric.dataset, workspace });
    const problems = metricProblems(metric, '', new Map(rows.map((row) => [row.id, row])));
    const [first] = problems;
    if (first) throw new DomainError('invalid', `${first.field}: ${first.detail}`, { problems });
  }

  return {
    async preview({ workspace }: Caller, metric: Metric): Promise<MetricPreview> {
      await check(workspace, metric);
      const { events, records, recordsWithoutUnit } = await readNewestEvents(
        lake,
        workspace,
        metric,
        new Date(),
      );
      const byTime = events.toSorted((a, b) => a.atMs - b.atMs);
      return {
        records,
        recordsWithoutUnit,
        from: iso(byTime[0]?.atMs),
        to: iso(byTime.at(-1)?.atMs),
        ...previewMetric(metric, events, experimentRules.parse({})),
        examples: byTime
          .slice(-examples)
          .reverse()
          .map(({ unit, atMs, value }) => ({ unit, at: new Date(atMs).toISOString(), value })),
        sql: shownQuery(metricQuery(metric, toCome)),
      };
    },
  };
}
export type MetricPreviewService = ReturnType<typeof createMetricPreviewService>;
