import type { Scalar } from '@foretell/core/contracts/primitives';
import { assignGroup, randomChoice, type Group } from '@foretell/core/domain/bucketing';
import type { Fallback } from '@foretell/core/contracts/serving-manifest';
import type { DeployedModel } from '../model-store/serving-state.ts';

/** Who answers a unit: the model or a fallback, and in which group of which experiment. */
export interface Decision {
  experiment: string | null;
  group: Group | null;
  answer: { source: 'model' } | { source: 'default' | 'random'; value: Scalar };
}

const byModel = { source: 'model' } as const;

/** A pure function of the manifest and the unit, so that every replica decides alike. */
export function decide({ serving, card }: DeployedModel, unit: string): Decision {
  const { experiment, answer } = serving;
  if (!experiment) {
    const fixed =
      answer.kind === 'model' ? byModel : fallbackAnswer(answer, serving.id, unit, card.randomValues);
    return { experiment: null, group: null, answer: fixed };
  }
  const group = assignGroup(experiment.seed, unit, experiment.split);
  return {
    experiment: experiment.id,
    group,
    answer:
      group === 'model'
        ? byModel
        : fallbackAnswer(experiment.fallback, experiment.seed, unit, card.randomValues),
  };
}

function fallbackAnswer(
  fallback: Fallback,
  seed: string,
  unit: string,
  values: readonly Scalar[],
): Decision['answer'] {
  if (fallback.kind === 'default') return { source: 'default', value: fallback.value };
  const [first = null, ...rest] = values;
  return { source: 'random', value: randomChoice(seed, unit, [first, ...rest]) };
}
