import type { Dataset, Model } from '@foretell/core/contracts/control-api';
import type { Experiment } from '@foretell/core/contracts/experiments';

export interface StartState {
  datasets: readonly Pick<Dataset, 'id' | 'status' | 'source'>[];
  models: readonly Pick<Model, 'id' | 'latestVersion' | 'deployedVersion'>[];
  experiments: readonly Pick<Experiment, 'id' | 'conclusion'>[];
  /** Whether the newest deployed model has answered anything yet. */
  called: boolean;
}

export interface StartStep {
  title: string;
  text: string;
  done: boolean;
  action: { label: string; to: string };
}

/** The way from nothing to a verdict, each step with where to take it. */
export function startSteps({ datasets, models, experiments, called }: StartState): StartStep[] {
  const deployed = models.find(({ deployedVersion }) => deployedVersion !== null);
  const trained = models.find(({ latestVersion }) => latestVersion !== null);
  const newest = models[0];
  const data =
    datasets.find(({ status, source }) => status === 'ready' && source !== 'stream') ?? datasets[0];
  const experiment = experiments[0];
  return [
    {
      title: 'Bring data',
      text: 'A file of what happened, when and to whom. You see a sample and a profile in seconds.',
      done: datasets.some(({ status }) => status === 'ready'),
      action: { label: 'Bring data', to: '/datasets/new' },
    },
    {
      title: 'Build a model',
      text: 'Say what to predict; the features, the training set and the training are made for you.',
      done: trained !== undefined,
      action:
        newest === undefined
          ? {
              label: 'Build a model',
              to: data === undefined ? '/models/new' : `/models/new?dataset=${data.id}`,
            }
          : { label: 'See its training', to: `/models/${newest.id}?tab=trainings` },
    },
    {
      title: 'Deploy it',
      text: 'One click puts it behind the API, with an experiment that measures its worth.',
      done: deployed !== undefined,
      action: { label: 'Deploy', to: trained === undefined ? '/models' : `/models/${trained.id}/deploy` },
    },
    {
      title: 'Call it',
      text: 'Make an API key, copy one line, and get predictions in milliseconds.',
      done: called,
      action: {
        label: 'Copy the call',
        to: deployed === undefined ? '/models' : `/models/${deployed.id}?tab=call`,
      },
    },
    {
      title: 'Read the verdict',
      text: 'Send what happened afterwards; the experiment ends by itself with an answer you can trust.',
      done: experiments.some(({ conclusion }) => conclusion !== null),
      action: {
        label: 'See the experiment',
        to: experiment === undefined ? '/experiments' : `/experiments/${experiment.id}`,
      },
    },
  ];
}
