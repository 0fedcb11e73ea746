import { deploymentRequest } from '@foretell/core/contracts/control-api/models';
import { experimentRules } from '@foretell/core/contracts/experiments';
import type { Scalar } from '@foretell/core/contracts/primitives';
import type { Recipe } from '@foretell/core/contracts/recipe';
import type { UseFormReturnType } from '@mantine/form';
import type { z } from 'zod';

export interface MetricValues {
  /** Of the form alone: tells rows apart. */
  key: string;
  name: string;
  kind: 'conversion' | 'count' | 'sum' | 'ratio';
  dataset: string;
  unitColumn: string;
  valueColumn: string;
  denominatorColumn: string;
  windowDays: number | '';
  role: 'primary' | 'secondary' | 'guardrail';
  better: 'higher' | 'lower';
  /** Sharpen by the days before exposure. */
  cuped: boolean;
  /** Cap a unit's sum at this percentile of all units. */
  capPercentile: number | '';
}

/** What the form of a deployment holds. */
export interface DeploymentValues {
  version: string;
  withExperiment: boolean;
  fallbackKind: 'random' | 'default';
  fallbackValue: string | number;
  /** Percent of units that get the model. */
  splitPercent: number;
  metrics: MetricValues[];
  minDays: number | '';
  minConversionsPerGroup: number | '';
  maxDays: number | '';
  autoPromote: boolean;
}

export type DeploymentForm = UseFormReturnType<DeploymentValues>;

const rules = experimentRules.parse({});

export const newMetric = (key: string, role: MetricValues['role']): MetricValues => ({
  key,
  name: '',
  kind: 'conversion',
  dataset: '',
  unitColumn: '',
  valueColumn: '',
  denominatorColumn: '',
  windowDays: 7,
  role,
  better: 'higher',
  cuped: true,
  capPercentile: '',
});

export const newDeployment = (version: number): DeploymentValues => ({
  version: String(version),
  withExperiment: true,
  fallbackKind: 'random',
  fallbackValue: '',
  splitPercent: 50,
  metrics: [newMetric('first', 'primary')],
  minDays: rules.minDays,
  minConversionsPerGroup: rules.minConversionsPerGroup,
  maxDays: rules.maxDays,
  autoPromote: rules.autoPromote,
});

const needsValue = ({ kind }: MetricValues) => kind === 'sum' || kind === 'ratio';

/** What is missing of the form, by field. */
export function deploymentProblems(values: DeploymentValues): Record<string, string> {
  const problems: Record<string, string> = {};
  if (values.version === '') problems.version = 'Choose a version.';
  if (!values.withExperiment) return problems;
  if (values.fallbackKind === 'default' && values.fallbackValue === '') {
    problems.fallbackValue = 'Which value does the fallback answer?';
  }
  values.metrics.forEach((metric, index) => {
    const say = (field: keyof MetricValues, text: string) => (problems[`metrics.${index}.${field}`] = text);
    if (metric.name.trim() === '') say('name', 'Give the metric a name.');
    if (metric.dataset === '') say('dataset', 'Choose where the events arrive.');
    if (metric.unitColumn === '') say('unitColumn', 'Which column says whom the event is about?');
    if (needsValue(metric) && metric.valueColumn === '') say('valueColumn', 'Which column is summed?');
    if (metric.kind === 'ratio' && metric.denominatorColumn === '') {
      say('denominatorColumn', 'Divided by which column?');
    }
    if (metric.windowDays === '' || metric.windowDays <= 0) say('windowDays', 'More than 0 days.');
    const { capPercentile: cap } = metric;
    if (cap !== '' && (cap < 50 || cap > 100)) say('capPercentile', 'Between 50 and 100, or nothing.');
  });
  return problems;
}

/** The fixed fallback value in the label's own type. */
export function fallbackValueOf(text: string | number, recipe: Pick<Recipe, 'task' | 'classes'>): Scalar {
  if (recipe.task === 'regression') return Number(text);
  return recipe.classes?.find((value) => String(value) === String(text)) ?? text;
}

const given = (name: string, value: string) => (value === '' ? {} : { [name]: value });
const numberGiven = (name: string, value: number | '') => (value === '' ? {} : { [name]: value });

/** A metric as the API takes it. */
export function toMetric(metric: MetricValues) {
  return {
    name: metric.name.trim(),
    kind: metric.kind,
    dataset: metric.dataset,
    unitColumn: metric.unitColumn,
    ...given('valueColumn', metric.kind === 'count' ? '' : metric.valueColumn),
    ...given('denominatorColumn', metric.kind === 'ratio' ? metric.denominatorColumn : ''),
    windowHours: Number(metric.windowDays) * 24,
    role: metric.role,
    better: metric.better,
    cuped: metric.cuped && metric.kind !== 'ratio',
    ...(metric.kind === 'sum' && metric.capPercentile !== ''
      ? { winsorizeAt: metric.capPercentile / 100 }
      : {}),
  };
}

/** The deployment as the API takes it. */
export function toDeployment(
  values: DeploymentValues,
  recipe: Pick<Recipe, 'task' | 'classes'>,
): z.output<typeof deploymentRequest> {
  const version = Number(values.version);
  if (!values.withExperiment) return { version };
  return deploymentRequest.parse({
    version,
    experiment: {
      fallback:
        values.fallbackKind === 'random'
          ? { kind: 'random' }
          : { kind: 'default', value: fallbackValueOf(values.fallbackValue, recipe) },
      split: values.splitPercent / 100,
      metrics: values.metrics.map(toMetric),
      rules: {
        ...numberGiven('minDays', values.minDays),
        ...numberGiven('maxDays', values.maxDays),
        ...numberGiven('minConversionsPerGroup', values.minConversionsPerGroup),
        autoPromote: values.autoPromote,
      },
    },
  });
}

/** The form's field for a field of the API. */
export function deploymentFieldOf(field: string): string | undefined {
  const path = field.replace(/^experiment\./, '');
  if (path === 'version') return path;
  if (path.startsWith('fallback')) return 'fallbackValue';
  if (path === 'split') return 'splitPercent';
  if (path.startsWith('rules.')) return path.slice('rules.'.length);
  return /^metrics\.\d+\.\w+$/.test(path)
    ? path.replace('windowHours', 'windowDays').replace('winsorizeAt', 'capPercentile')
    : undefined;
}
