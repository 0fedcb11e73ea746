import type { experimentRequest } from '@foretell/core/contracts/experiments';
import type { ModelCard } from '@foretell/core/contracts/model-version';
import type { Scalar } from '@foretell/core/contracts/primitives';
import type { Fallback } from '@foretell/core/contracts/serving-manifest';
import { DomainError, type FieldProblem } from '@foretell/core/domain/errors';
import type { z } from 'zod';
import type { DatasetRow } from '../../db/data.ts';

export type ExperimentRequest = z.output<typeof experimentRequest>;
type Metric = ExperimentRequest['metrics'][number];

function fallbackProblem(fallback: Fallback, { classes }: ModelCard): FieldProblem | null {
  if (fallback.kind === 'random') return null;
  const field = 'experiment.fallback.value';
  const isClass = (value: Scalar) => classes?.includes(value) ?? typeof value === 'number';
  if (isClass(fallback.value)) return null;
  const wanted = classes ? `one of ${classes.map((value) => JSON.stringify(value)).join(', ')}` : 'a number';
  return { field, code: 'not_a_prediction', detail: `must be ${wanted}, as the model answers` };
}

/** A field of `field`, which is the whole body when it is empty. */
const at = (field: string, key: string) => (field === '' ? key : `${field}.${key}`);

function columnProblems(metric: Metric, dataset: DatasetRow, field: string): FieldProblem[] {
  const known = dataset.schema && new Set(dataset.schema.columns.map(({ name }) => name));
  const columns = ['unitColumn', 'valueColumn', 'denominatorColumn'] as const;
  return columns.flatMap((key) => {
    const column = metric[key];
    if (column === undefined || !known || known.has(column)) return [];
    return [
      { field: at(field, key), code: 'unknown_column', detail: `${dataset.name} has no column ${column}` },
    ];
  });
}

/** What is wrong with one metric; `field` is where it stands in what was sent. */
export function metricProblems(
  metric: Metric,
  field: string,
  datasets: ReadonlyMap<string, DatasetRow>,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const need = (key: 'valueColumn' | 'denominatorColumn') => {
    if (metric[key] === undefined)
      problems.push({ field: at(field, key), code: 'required', detail: `a ${metric.kind} needs it` });
  };
  if (metric.kind === 'sum' || metric.kind === 'ratio') need('valueColumn');
  if (metric.kind === 'ratio') need('denominatorColumn');
  const refuse = (key: keyof Metric, detail: string) =>
    problems.push({ field: at(field, key), code: 'not_for_this_kind', detail });
  if (metric.kind !== 'sum' && metric.winsorizeAt !== undefined)
    refuse('winsorizeAt', `only a sum is capped, this is a ${metric.kind}`);
  if (metric.kind === 'ratio' && metric.cuped)
    refuse('cuped', 'a ratio cannot be sharpened by what came before');
  const dataset = datasets.get(metric.dataset);
  if (dataset) problems.push(...columnProblems(metric, dataset, field));
  else
    problems.push({
      field: at(field, 'dataset'),
      code: 'not_found',
      detail: 'no such dataset in this workspace',
    });
  return problems;
}

function setProblems(metrics: Metric[]): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (!metrics.some(({ role }) => role === 'primary'))
    problems.push({
      field: 'experiment.metrics',
      code: 'no_primary',
      detail: 'one metric must be primary: it decides',
    });
  metrics.forEach(({ name }, i) => {
    if (metrics.findIndex((other) => other.name === name) !== i)
      problems.push({
        field: `experiment.metrics.${i}.name`,
        code: 'duplicate',
        detail: `${name} is named twice`,
      });
  });
  return problems;
}

/** Throws `invalid` with everything that is wrong with an experiment, before anything of it exists. */
export function checkExperiment(request: ExperimentRequest, card: ModelCard, datasets: DatasetRow[]): void {
  const byId = new Map(datasets.map((dataset) => [dataset.id, dataset]));
  const fallback = fallbackProblem(request.fallback, card);
  const problems = [
    ...(fallback ? [fallback] : []),
    ...setProblems(request.metrics),
    ...request.metrics.flatMap((metric, i) => metricProblems(metric, `experiment.metrics.${i}`, byId)),
  ];
  const [first] = problems;
  if (first) throw new DomainError('invalid', `${first.field}: ${first.detail}`, { problems });
}
