import type {
  FeatureSetSample,
  FeatureSetSchema,
  FeatureSetSummary,
} from '@foretell/core/contracts/feature-set';
import type { ModelCard, ModelMetrics } from '@foretell/core/contracts/model-version';
import type { Recipe } from '@foretell/core/contracts/recipe';

/** What the workers would have made of a small file of flights. */
const at = '2026-01-02T03:04:05.678Z';

export const sampleSchema: FeatureSetSchema = {
  columns: [
    { name: 'date', type: 'timestamp' },
    { name: 'origin', type: 'string' },
    { name: 'distance', type: 'integer' },
    { name: 'delay', type: 'integer' },
  ],
};

const rows = Array.from({ length: 400 }, (_, i) => ({
  date: new Date(Date.UTC(2026, 0, 1) + i * 3_600_000).toISOString(),
  origin: ['ABQ', 'BOS', 'DEN'][i % 3] ?? 'ABQ',
  distance: 100 + ((i * 37) % 900),
  delay: ((i * 7919) % 61) - 20,
}));

export const sampleSample: FeatureSetSample = { rows, size: 400, of: 400, seed: 1, standardError: 0.025 };

function numberSummary(name: 'distance' | 'delay'): FeatureSetSummary['columns'][number] {
  const values = rows.map((row) => row[name]).toSorted((a, b) => a - b);
  const [min, max] = [values[0] ?? 0, values.at(-1) ?? 0];
  return {
    name,
    type: 'integer',
    nulls: 0,
    nullShare: 0,
    distinct: new Set(values).size,
    min,
    max,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    std: 10,
    quantiles: [{ p: 0.5, value: values[200] ?? 0 }],
    histogram: [{ low: min, high: max, count: values.length }],
    topValues: [],
  };
}
const plain = { nulls: 0, nullShare: 0, mean: null, std: null, quantiles: [], histogram: [] };

export const sampleSummary: FeatureSetSummary = {
  rows: 400,
  columns: [
    {
      ...plain,
      name: 'date',
      type: 'timestamp',
      distinct: 400,
      min: rows[0]?.date ?? at,
      max: rows.at(-1)?.date ?? at,
      topValues: [],
    },
    {
      ...plain,
      name: 'origin',
      type: 'string',
      distinct: 3,
      min: 'ABQ',
      max: 'DEN',
      topValues: [
        { value: 'ABQ', count: 134 },
        { value: 'BOS', count: 133 },
        { value: 'DEN', count: 133 },
      ],
    },
    numberSummary('distance'),
    numberSummary('delay'),
  ],
  computedAt: at,
};

export const sampleRecipe = (dataset: string): Recipe => ({
  version: 1,
  dataset,
  featureSet: 1,
  entity: 'origin',
  time: 'date',
  label: { kind: 'comparison', column: 'delay', op: '>', value: 15 },
  task: 'binary',
  classes: [false, true],
  features: [{ kind: 'column', name: 'distance', column: 'distance', type: 'number' }],
  split: { validation: 0.15, test: 0.15, embargoDays: 0 },
  sampling: { maxRows: 1000, seed: 1 },
  roles: [{ column: 'distance', role: 'feature', reason: 'known at prediction time' }],
  warnings: [],
});

export const sampleMetrics: ModelMetrics = {
  task: 'binary',
  rows: { train: 280, validation: 60, test: 60 },
  periods: { train: [at, at], validation: [at, at], test: [at, at] },
  scores: { auc: 0.7, logLoss: 0.5, brier: 0.2 },
  baseline: { auc: 0.5, logLoss: 0.6, brier: 0.24 },
  threshold: { value: 0.4, chosenBy: 'f1 on the validation split' },
  confusion: {
    labels: [false, true],
    counts: [
      [30, 10],
      [8, 12],
    ],
  },
  roc: [{ fpr: 0, tpr: 0 }],
  precisionRecall: [{ recall: 0, precision: 1 }],
  calibration: [{ predicted: 0.3, observed: 0.28, count: 60 }],
  importances: [{ feature: 'distance', loss: 0.1, std: 0.01 }],
  importanceOf: 'auc',
  learningCurve: [{ round: 1, train: 0.6, validation: 0.61 }],
  rounds: 1,
};

export const sampleCard = (model: string, modelVersion: number, recipe: Recipe): ModelCard => ({
  version: 1,
  model,
  modelVersion,
  name: 'late flights',
  task: 'binary',
  recipe,
  inputs: [{ name: 'distance', type: 'number' }],
  classes: [false, true],
  threshold: 0.4,
  randomValues: [false, true],
  trainer: { library: 'lightgbm', version: '4.7.0', parameters: { leaves: 31 }, engine: 'embedded' },
  createdAt: at,
});
